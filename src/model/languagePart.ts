import { isObject } from '../channel/guards';

type Config = Readonly<Record<string, unknown>>;

/**
 * Models that read pictures or sound as well, whose language model alone is what its own family is where there is only
 * text: by transformers' `model_type`.
 */
const wrappers: ReadonlySet<string> = new Set(['gemma3', 'idefics3', 'llava', 'llava_next', 'mistral3', 'smolvlm']);

/**
 * The configuration of a model's language part: itself, or what `text_config` says, where pictures and sound have
 * configurations of their own. What holds for the whole model (how its numbers are stored, whether its output
 * projection is the embedding table) comes from outside.
 */
export function languagePart(config: Config): Config {
  const inner = config.text_config;
  if (!isObject(inner)) return config;
  const type = typeof config.model_type === 'string' ? config.model_type : 'unknown';
  const whole = ['architectures', 'quantization_config', 'tie_word_embeddings', 'eos_token_id'];
  const outside = Object.fromEntries(
    whole.filter((key) => config[key] !== undefined && config[key] !== null).map((key) => [key, config[key]]),
  );
  const named = wrappers.has(type) && typeof inner.model_type === 'string' ? inner.model_type : type;
  return { ...innerDefaults[named], ...inner, ...outside, model_type: named };
}

/** Whether a weight belongs to what reads pictures or sound. */
const ofOtherParts =
  /^(model\.)?(vision_tower|vision_model|multi_modal_projector|connector)\.|^(model\.)?image_newline$/;

/** The name that a weight has in the language model alone; undefined for one of the other parts. */
export function nameInLanguagePart(name: string): string | undefined {
  if (ofOtherParts.test(name)) return undefined;
  const [, , inner] = /^(model\.)?(?:language_model|text_model)\.(.*)$/.exec(name) ?? [];
  if (inner === undefined) return name;
  return /^(model|lm_head)\./.test(inner) ? inner : `model.${inner}`;
}

/** What an inner configuration leaves out where it is transformers' default; an outer one states it. */
const innerDefaults: Readonly<Record<string, Config>> = {
  gemma3_text: {
    vocab_size: 262208,
    hidden_size: 2304,
    intermediate_size: 9216,
    num_hidden_layers: 26,
    num_attention_heads: 8,
    num_key_value_heads: 4,
    head_dim: 256,
    max_position_embeddings: 131072,
    tie_word_embeddings: true,
    eos_token_id: 1,
  },
  mistral: {
    vocab_size: 32000,
    hidden_size: 4096,
    intermediate_size: 14336,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    num_key_value_heads: 8,
    max_position_embeddings: 131072,
    eos_token_id: 2,
  },
  llama: {
    vocab_size: 32000,
    hidden_size: 4096,
    intermediate_size: 11008,
    num_hidden_layers: 32,
    num_attention_heads: 32,
    max_position_embeddings: 2048,
    eos_token_id: 2,
  },
};
