/** What to do about failures of models on this machine, and of the hub. */
export const modelRemedies = {
  'model-missing':
    'Correct the name, or add the model: *Add Model…*, or `prompt-tuner models add ORGANISATION/NAME`. ' +
    "`prompt-tuner models list` shows those at hand, other programs' among them.",
  'model-configuration':
    'Download or copy `config.json` again. A key whose meaning is not known for the family is refused, since ' +
    'numbers computed without it might be wrong; an ONNX export of the model has it already applied.',
  'model-architecture':
    'Use a causal language model or a masked one with its head. Of families that are not built here from their ' +
    'weights, take an ONNX export: [models](models.md) lists the families.',
  'model-truncated': 'Download or copy the file again; where there are several parts, all of one download.',
  'model-external-data': 'Put the weights file beside the `.onnx` file, under the name that it had at the export.',
  'model-opset': 'Export the model again with a newer operator set.',
  'model-signature':
    'Use a model exported for text generation, or a masked one exported for filling masks: a classifier, an ' +
    'embedding model or a part of a model has other inputs and outputs.',
  'checkpoint-tensor':
    'Download or copy all files of the model again. A file that holds a weight too many is often an adapter, or ' +
    'of another architecture: merge it, or export it to ONNX.',
  'checkpoint-type': 'Choose a file of the model that is stored otherwise, such as float16 or GGUF in Q8_0.',
  'gguf-version': 'Convert the model again with a current llama.cpp.',
  'model-operator':
    'Export the model without the part that the message names, or choose another file of it. Computing as if the ' +
    'part were not there would give other numbers.',
  'onnx-attribute': 'Choose another export of the model.',
  'onnx-type': 'Choose another export of the model, such as one in float32 or float16.',
  'no-rule':
    'Choose another export of the model, or tune without gradients: `tune.blackBox: true`. The message names the ' +
    'operator.',
  'no-cache': 'Set `tune.layers: input`, train `soft` or `v1`, or choose an export with a key/value cache.',
  'tokenizer-missing': 'Put the `tokenizer.json` that belongs to the model beside it.',
  'tokenizer-broken': "Take `tokenizer.json` and `tokenizer_config.json` from the model's own repository again.",
  'tokenizer-unknown':
    'Write the text in words that the vocabulary has, or take the character that the message names out of the ' +
    'row. Often the tokenizer belongs to another model.',
  'tokenizer-unsupported':
    'Choose a model with another tokenizer, and report this one: a part that is not understood would cut texts ' +
    'into other tokens than the model was taught.',
  'chat-slow':
    'The terminal waits longer: `prompt-tuner render` and `prompt-tuner check` say what the editor could not.',
  'chat-missing': 'Set `tune.format: text`, or choose a causal model.',
  'provider-unknown': 'Write `auto`, `cpu`, `webgpu`, `cuda`, `dml` or `coreml`.',
  'runtime-missing':
    'The universal package, and platforms that ONNX Runtime is not built for (macOS on Intel, Alpine, 32-bit ' +
    'systems), run no model. Install the package of your platform, open the folder on a machine that has one ' +
    '(Remote-SSH, a container), or measure a model that runs elsewhere (`model: openai:NAME`).',
  'runtime-load':
    "Download the model again, or choose another file of it: the message has the runtime's own reason. On another " +
    'provider than the processor, try `--provider cpu`.',
  'grammar-failed':
    'Set `tune.constrain: false`, or choose a model whose tokenizer can write JSON. Where the schema itself is ' +
    'the reason, the message names its part.',
  'runtime-run':
    "Try `--provider cpu`, and a smaller `tune.batchSize`. Where it stays, the run's log has what the runtime " +
    'said.',
  'hub-address': 'Write `HF_ENDPOINT` or the proxy with `http://` or `https://` in front, or unset it.',
  'hub-busy': 'Wait some minutes, then add the model again: what was downloaded is kept.',
  'hub-changed': 'Add the model again to get it as it is now.',
  'hub-damaged':
    'Add the model again. Where it stays so, something between here and the hub changes what is downloaded.',
  'hub-down': 'Wait, then add the model again: what was downloaded is kept.',
  'hub-gated':
    "Accept the terms on the model's page, then set a token: *Set Hub Token*, or `HF_TOKEN` for the command line.",
  'hub-not-found': 'Look how the model is written (`organisation/name`); a private one needs a token as well.',
  'hub-offline': 'Unset `HF_HUB_OFFLINE`, or name a model that is on this machine.',
  'hub-reference': 'Write `organisation/name`, with `@revision` or `#variant` behind it where you need them.',
  'hub-refused': 'Look at the address in `HF_ENDPOINT`, and at the proxy.',
  'hub-stalled': 'Add the model again: it goes on where the download stood.',
  'hub-token': "Make a token in the hub's settings and set it: *Set Hub Token*, or `HF_TOKEN`.",
  'hub-unfit':
    'Choose a repository with an `onnx` folder, with safetensors of a family that is built here, or with GGUF ' +
    'files, and with its tokenizer.',
  'hub-unreachable': 'Look at the connection and the proxy (`HTTPS_PROXY`); what was downloaded is kept.',
  'variant-unknown': '`prompt-tuner models add MODEL --list` shows the variants there are.',
} as const;
