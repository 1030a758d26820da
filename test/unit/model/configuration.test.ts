import { describe, expect, it } from 'vitest';
import { requireLanguageModel, toConfiguration } from '../../../src/model/configuration';

const sizes = { num_attention_heads: 4, hidden_size: 16, num_hidden_layers: 2, vocab_size: 64 };

describe('a configuration', () => {
  it('is read by the names that XLM has for its sizes', () => {
    const xlm = { model_type: 'xlm', n_heads: 4, emb_dim: 16, n_layers: 2, n_words: 64, max_position_embeddings: 32 };
    expect(toConfiguration(xlm, 'config.json')).toMatchObject({
      kind: 'masked',
      heads: 4,
      hiddenSize: 16,
      layers: 2,
      vocabularySize: 64,
    });
    expect(toConfiguration({ ...xlm, causal: true }, 'config.json').kind).toBe('causal');
  });

  it('ends a text at the tokens of both files, its own first, each once', () => {
    const endTokens = (own: unknown, generation: unknown): readonly number[] =>
      toConfiguration({ ...sizes, eos_token_id: own }, 'config.json', { eos_token_id: generation }).endTokens;
    expect(endTokens(2, [2, 7])).toEqual([2, 7]);
    expect(endTokens([5, 2], 9)).toEqual([5, 2, 9]);
    expect(endTokens(null, 9)).toEqual([9]);
    expect(endTokens(undefined, null)).toEqual([]);
  });

  it.each([
    [
      { architectures: ['T5ForConditionalGeneration'], is_encoder_decoder: true },
      /T5ForConditionalGeneration.*encoder/,
    ],
    [{ model_type: 'marian', is_encoder_decoder: true }, /marian.*encoder/],
    [{ architectures: ['BertForTokenClassification'] }, /BertForTokenClassification.*another task/],
    [{ architectures: ['LlamaForSequenceClassification'] }, /another task/],
    [{ architectures: ['RobertaForQuestionAnswering'] }, /another task/],
    [{ architectures: ['ViTForImageClassification'] }, /another task/],
  ])('of %j is that of no language model', (config, message) => {
    expect(() => requireLanguageModel(config)).toThrow(message);
  });

  it.each([
    'LlamaForCausalLM',
    'GPT2LMHeadModel',
    'BertForMaskedLM',
    'BertForPreTraining',
    'XLMWithLMHeadModel',
    'GPT2Model',
    'OpenAIGPTDoubleHeadsModel',
    'Gemma3ForConditionalGeneration',
  ])('of %s may be that of a language model', (head) => {
    expect(() => requireLanguageModel({ architectures: [head] })).not.toThrow();
  });
});
