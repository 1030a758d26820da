import { literal, transformersChat } from './chatSnippets';
import type { ExamplePrompt } from './exportedPrompt';
import { answerStart, goesOn, lines, loadBase, printAnswer, pythonAnswer } from './exportSnippets';
import type { Placement } from './placement';

/** Python that makes the embeddings of the example and asks a server, or the model itself. */
export function embeddingsProgram({ model }: Placement, prompt: ExamplePrompt, vectors: string): string {
  const { answer } = prompt;
  return lines(
    prompt.chat?.day === undefined ? [] : ['from datetime import datetime'],
    'import base64',
    'import io',
    'import json',
    'import os',
    'import sys',
    'import urllib.request',
    'import torch',
    'from safetensors.torch import load_file',
    'from transformers import AutoModelForCausalLM, AutoTokenizer',
    '',
    loadBase(model.id),
    'embed = base.get_input_embeddings()',
    `rows = load_file(${literal(vectors)})["prompt_embeddings"]`,
    '',
    ...embedsOf(prompt),
    '',
    'if "PROMPT_SERVER" in os.environ:',
    '    saved = io.BytesIO()',
    '    torch.save(embeds, saved)',
    '    body = {',
    '        "model": os.environ.get("PROMPT_MODEL", name),',
    '        "prompt": "",',
    '        "prompt_embeds": base64.b64encode(saved.getvalue()).decode(),',
    `        "max_tokens": ${answer?.most ?? 1},`,
    '        "temperature": 0,',
    answer ? [] : ['        "logprobs": 5,'],
    '    }',
    '    request = urllib.request.Request(',
    '        os.environ["PROMPT_SERVER"] + "/completions",',
    '        json.dumps(body).encode(),',
    '        {"Content-Type": "application/json", "Authorization": "Bearer " + os.environ.get("PROMPT_KEY", "none")},',
    '    )',
    '    print(json.dumps(json.load(urllib.request.urlopen(request))["choices"][0]))',
    '    sys.exit()',
    '',
    ...(answer
      ? [
          ...answerStart(answer),
          'with torch.no_grad():',
          `    while ${goesOn(answer)}:`,
          '        logits = base(inputs_embeds=embeds[None]).logits[0, -1]',
          '        answer.append(int(logits.argmax()))',
          '        embeds = torch.cat([embeds, embed(torch.tensor(answer[-1:]))])',
          printAnswer,
        ]
      : [
          'with torch.no_grad():',
          '    logits = base(inputs_embeds=embeds[None]).logits[0, -1]',
          'probabilities = logits.softmax(-1)',
          ...pythonAnswer,
        ]),
  );
}

/** `embeds`, `[tokens, hidden]`: the vectors in front of the text's own, or each where its id says. */
function embedsOf(prompt: ExamplePrompt): readonly string[] {
  if (prompt.text === undefined)
    return [
      '# from the size of the embedding table on: rows of the trained matrix',
      `ids = torch.tensor(${literal(prompt.ids)})`,
      'with torch.no_grad():',
      '    embeds = torch.cat([embed(torch.arange(embed.num_embeddings)), rows])[ids]',
    ];
  return [
    ...(prompt.chat
      ? transformersChat(prompt.chat)
      : [`ids = tokenizer(${literal(prompt.text)}, return_tensors="pt").input_ids`]),
    'with torch.no_grad():',
    '    embeds = torch.cat([rows, embed(ids[0])])',
  ];
}

/** Python that hands the example and the prompt table to an engine of TensorRT-LLM. */
export function promptTableProgram(prompt: ExamplePrompt, table: string): string {
  const { answer } = prompt;
  return lines(
    'import sys',
    'import torch',
    'from tensorrt_llm.runtime import ModelRunner',
    '',
    'if len(sys.argv) < 2:',
    '    sys.exit("Name the folder of the engine: python use.py ENGINE")',
    'runner = ModelRunner.from_dir(engine_dir=sys.argv[1])',
    '# from the size of the vocabulary on: rows of the prompt table',
    `ids = torch.tensor(${literal(prompt.ids)}, dtype=torch.int32)`,
    'written = runner.generate(',
    '    [ids],',
    `    prompt_table=${literal(table)},`,
    '    prompt_tasks="0",',
    `    max_new_tokens=${answer?.most ?? 1},`,
    `    end_id=${answer?.end[0] ?? -1},`,
    `    pad_id=${answer?.end[0] ?? 0},`,
    ')',
    'print(written[0, 0, len(ids):].tolist())',
  );
}

/** A program for transformers.js in this folder. @param name of the folder */
export function transformersJsProgram(prompt: ExamplePrompt): string {
  const { answer, mask } = prompt;
  const kind = mask ? 'AutoModelForMaskedLM' : 'AutoModelForCausalLM';
  const imported = [kind, 'AutoTokenizer', ...(prompt.text === undefined ? ['Tensor'] : []), 'env'];
  return lines(
    "import { basename, dirname } from 'node:path';",
    "import { fileURLToPath } from 'node:url';",
    `import { ${imported.join(', ')} } from '@huggingface/transformers';`,
    '',
    'const folder = dirname(fileURLToPath(import.meta.url));',
    'env.allowRemoteModels = false;',
    'env.localModelPath = dirname(folder);',
    'const name = basename(folder);',
    'const tokenizer = await AutoTokenizer.from_pretrained(name);',
    `const model = await ${kind}.from_pretrained(name, { dtype: 'fp32' });`,
    '',
    ...inputsOf(prompt),
    ...(answer
      ? [
          `const written = await model.generate({ ...inputs, do_sample: false, max_new_tokens: ${answer.most}, ` +
            `eos_token_id: ${literal(answer.end)} });`,
          'const answer = written.tolist()[0].slice(inputs.input_ids.dims[1]).map(Number);',
          `const end = ${literal(answer.end)};`,
          'console.log(tokenizer.decode(answer.filter((token) => !end.includes(token))).trim());',
        ]
      : [
          'const { logits } = await model(inputs);',
          'const width = logits.dims[2];',
          mask
            ? `const scores = logits.data.slice(${mask.at} * width, ${mask.at + 1} * width);`
            : 'const scores = logits.data.slice(-width);',
          'const best = scores.indexOf(scores.reduce((a, b) => Math.max(a, b)));',
          'const normalizer = scores.reduce((sum, logit) => sum + Math.exp(logit - scores[best]), 0);',
          'console.log(best, JSON.stringify(tokenizer.decode([best])), (1 / normalizer).toFixed(6));',
        ]),
  );
}

function inputsOf({ text, chat, ids }: ExamplePrompt): readonly string[] {
  if (text === undefined)
    return [
      `const ids = ${literal(ids)};`,
      "const int64 = (values) => new Tensor('int64', BigInt64Array.from(values, BigInt), [1, values.length]);",
      'const inputs = { input_ids: int64(ids), attention_mask: int64(ids.map(() => 1)) };',
    ];
  if (!chat) return [`const inputs = tokenizer(${literal(text)});`];
  const tokens = `const inputs = tokenizer(text, { add_special_tokens: ${String(chat.addsSpecialTokens)} });`;
  // It goes on with no message, and reads the clock instead of the day of the training.
  if (chat.continues || chat.day !== undefined) return [`const text = ${literal(text)};`, tokens];
  return [
    `const messages = ${literal(chat.messages)};`,
    'const text = tokenizer.apply_chat_template(messages, {',
    '  tokenize: false,',
    `  add_generation_prompt: ${String(!chat.continues)},`,
    ...Object.entries(chat.variables).map(([key, value]) => `  ${key}: ${literal(value)},`),
    '});',
    `if (text !== ${literal(text)})`,
    "  throw new Error('transformers.js writes this chat template otherwise.');",
    tokens,
  ];
}
