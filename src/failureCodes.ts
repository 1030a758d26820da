import * as l10n from '@vscode/l10n';

/**
 * What a check may say of a template, by its stable code, in the order of the documentation, which has a paragraph for
 * each. The first error among the findings also stops a command, as a failure with the same code.
 */
export const findingTitles = {
  'yaml-syntax': () => l10n.t`The front matter is not valid YAML`,
  'front-matter-open': () => l10n.t`The front matter is never closed`,
  'template-syntax': () => l10n.t`The body is not valid Handlebars`,
  'block-mismatch': () => l10n.t`A block is closed by another name`,
  'unknown-helper': () => l10n.t`There is no such helper`,
  'block-dropped': () => l10n.t`What stands in the block is not rendered`,
  'media-ignored': () => l10n.t`The model sees nothing of media`,
  'wide-sign': () => l10n.t`A wide sign stands where YAML or a tag has its own`,
  'schema-type': () => l10n.t`Picoschema has no such type`,
  'unknown-variable': () => l10n.t`Nothing provides the variable`,
  'unused-input': () => l10n.t`An input is never used`,
  'unknown-key': () => l10n.t`A key has no meaning`,
  'invalid-value': () => l10n.t`A value is not allowed here`,
  'soft-length': () => l10n.t`Virtual tokens have no usable length`,
  'soft-id-length': () => l10n.t`Shared virtual tokens have two lengths`,
  'soft-unused-method': () => l10n.t`The method ignores the virtual tokens placed here`,
  'soft-too-long': () => l10n.t`The prompt fills the context`,
  'prompt-too-long': () => l10n.t`Rows are too long for the model`,
  'answer-slot-missing': () => l10n.t`The body never says where the answer goes`,
  'answer-slot-not-last': () => l10n.t`Text follows the answer slot`,
  'answer-slot-form': () => l10n.t`The slot is not that of the whole answer`,
  'answer-schema': () => l10n.t`An answer does not fit the schema`,
  'answer-slot-space': () => l10n.t`Two spaces, or none, before the answer`,
  'special-token-twice': () => l10n.t`The prompt begins with a token twice`,
  'answer-leak': () => l10n.t`The prompt shows the answer`,
  'trailing-space': () => l10n.t`The prompt ends with a space`,
  'label-unknown': () => l10n.t`A label is not in the enum`,
  'label-missing': () => l10n.t`A label has no words`,
  'label-duplicate-word': () => l10n.t`One word stands for two labels`,
  'label-multi-token': () => l10n.t`A label word is several tokens`,
  'label-same-first-token': () => l10n.t`Two labels begin with the same token`,
  'label-without-rows': () => l10n.t`A label has no rows`,
  'answer-seam': () => l10n.t`An answer begins inside the prompt`,
  'role-unknown': () => l10n.t`There is no such role`,
  'messages-as-text': () => l10n.t`Roles show nothing in one text`,
  'history-missing': () => l10n.t`The rows have no messages`,
  'model-turn-not-last': () => l10n.t`A role without text stands behind the model's turn`,
  'chat-refused': () => l10n.t`The chat template refuses the messages`,
  'chat-messages': () => l10n.t`The messages are none that could be put before a model`,
  'chat-template': () => l10n.t`The chat template of the model cannot be read, or breaks off`,
  'chat-limit': () => l10n.t`The chat template of the model comes to no end`,
  'chat-template-unread': () => l10n.t`The form of messages of the model is not read here`,
  'chat-variable': () => l10n.t`The chat template never reads a variable`,
  'message-dropped': () => l10n.t`The chat template leaves a message out`,
  'message-added': () => l10n.t`The chat template adds a text of its own`,
  'token-written': () => l10n.t`A control token is written by hand`,
  'label-place': () => l10n.t`A label word was written for another place`,
  'answer-cut': () => l10n.t`An expected answer is longer than its budget`,
  'metric-blind': () => l10n.t`A metric sees nothing of the answers`,
  'check-missing': () => l10n.t`A check of answers is not there`,
  'schema-unenforced': () => l10n.t`Answers are not held to a keyword`,
  'constrain-unused': () => l10n.t`Holding answers to JSON changes this`,
  'partial-missing': () => l10n.t`A partial is not there`,
  'partial-cycle': () => l10n.t`A partial includes itself`,
  'data-missing': () => l10n.t`A data file is not there`,
  'data-unreadable': () => l10n.t`A data file cannot be read`,
  'outside-workspace': () => l10n.t`A path leads out of the workspace`,
  'data-column': () => l10n.t`The data lack a column`,
  'data-overlap': () => l10n.t`The same row is learnt from and measured on`,
  'data-split': () => l10n.t`Shares of the rows leave a split, or a label, without any`,
  'data-held-out': () => l10n.t`No rows are held out`,
  'data-imbalance': () => l10n.t`One label outweighs all others`,
  'example-schema': () => l10n.t`A demonstration does not fit the schemas`,
  'answer-form': () => l10n.t`An answer is shown otherwise than it is to be written`,
  'example-in-data': () => l10n.t`A demonstration is also measured on`,
  'model-unknown': () => l10n.t`The model is not on this machine`,
  'masked-model': () => l10n.t`A masked language model cannot do it`,
  'hosted-model': () => l10n.t`A model that runs elsewhere cannot do it`,
  'openprompt-line': () => l10n.t`The body looks like OpenPrompt`,
  'not-checked': () => l10n.t`A check could not run`,
} as const;

/** What stops a command and is no finding in the text of a template: its stable code, and what it means. */
export const otherFailures = [
  // Templates, settings and what is imported
  'template-changed', // The template is no longer the text that a run was made with.
  'template-missing', // The template cannot be read.
  'template-render', // A row cannot be put into the template.
  'template-unsaved', // The editor could not save the template.
  'settings-unwritable', // Settings could not be written into the template.
  'grid-size', // Lists in settings make more trainings than are planned at once.
  'grid-not-saved', // A setting has several values, and a template holds one.
  'instruction-missing', // The template has no instruction where one is needed.
  'instruction-several', // The template marks more than one instruction.
  'instruction-in-partial', // The instruction is in a partial, which is not rewritten.
  'instruction-braces', // The new instruction holds braces that the template would read.
  'instruction-varies', // The instruction makes other tokens from row to row.
  'examples-form', // Worked examples cannot be put into the body.
  'examples-rows', // There are too few rows, or none short enough, for the examples that are asked for.
  'examples-unchosen', // The examples that a template asks for are not chosen yet.
  'examples-similar', // Examples that are chosen for each row cannot be done here.
  'file-exists', // A file that would be written is there already.
  'import-format', // A file of another tool is not of the kind that can be imported.

  // Data files
  'data-format', // The extension of a data file stands for no format that can be read.
  'data-syntax', // A data file breaks the rules of its format.
  'data-columns', // Columns of a data file are named twice, or a row has more or fewer.
  'data-empty', // A data file has no rows.
  'data-changed', // A data file was written to while it was in use.
  'row-missing', // The data have no row of that number.
  'prompt-empty', // The prompt of a row is empty.
  'answer-empty', // A row has no answer.
  'check-broken', // A JavaScript check of answers cannot be loaded.

  // Models
  'model-missing', // No model is found where one is named.
  'model-configuration', // The configuration of a model cannot be read or lacks a size.
  'model-architecture', // The model is of a family that cannot be built.
  'model-truncated', // A file of the model is damaged or cut off.
  'model-external-data', // A weights file that the model names cannot be read.
  'model-opset', // The model uses a version of the ONNX operators that cannot be read.
  'model-signature', // The graph lacks an input or output that a language model has.
  'checkpoint-tensor', // A weights file lacks a weight of the architecture, or holds one too many.
  'checkpoint-type', // A weight is stored in a number format that cannot be read.
  'gguf-version', // The GGUF file has a version that cannot be read.
  'model-operator', // An operator of the model has an input or attribute that is not understood.
  'onnx-attribute', // An ONNX attribute is of a kind that is not supported.
  'onnx-type', // An ONNX tensor has an element type that is not supported.
  'no-rule', // An operator of the model has no gradient rule.
  'no-cache', // The model was exported without the key/value cache that a prefix enters by.
  'tokenizer-missing', // The model has no tokenizer.
  'tokenizer-broken', // The tokenizer cannot be read.
  'tokenizer-unknown', // The tokenizer has no token for a piece of text.
  'tokenizer-unsupported', // The tokenizer holds a part that is not understood.
  'chat-slow', // A chat template costs more than the editor waits for.
  'chat-missing', // The model reads no messages, which the template asks for.
  'provider-unknown', // There is no execution provider of that name.
  'runtime-missing', // ONNX Runtime is not there for this platform, or cannot be loaded.
  'runtime-load', // The runtime does not accept the graph.
  'grammar-failed', // What answers are held to cannot be followed, or the vocabulary cannot write it.
  'runtime-run', // The runtime stopped in the middle of a pass.

  // The hub
  'hub-address', // An address of the hub or of a proxy is none.
  'hub-busy', // The hub asks to slow down.
  'hub-changed', // A file was changed on the hub while it was downloaded.
  'hub-damaged', // A downloaded file has the wrong checksum.
  'hub-down', // The hub answers with an error of its own.
  'hub-gated', // The model is given only to those who accepted its terms.
  'hub-not-found', // The hub has no such model, revision or file.
  'hub-offline', // The hub may not be asked, by a setting of the environment.
  'hub-reference', // A reference is no model of the hub.
  'hub-refused', // The hub refused the request.
  'hub-stalled', // A download stood still for too long.
  'hub-token', // The hub does not know the token, or asks for one.
  'hub-unfit', // The repository holds no model that can be opened.
  'hub-unreachable', // The hub cannot be reached.
  'variant-unknown', // The model has no variant of that name.

  // Models that run elsewhere
  'endpoint-method', // What is asked for takes a model that runs here.
  'endpoint-unknown', // No address is known for the endpoint that a model names.
  'endpoint-settings', // A setting of an endpoint, or its address, cannot be used.
  'endpoint-consent', // Nobody has agreed that rows are sent to the endpoint.
  'endpoint-key', // The endpoint asks for a key, or refuses the one it got.
  'endpoint-refused', // The endpoint refuses the request.
  'endpoint-busy', // The endpoint asks to slow down for longer than is waited, or the account has no money left.
  'endpoint-down', // The endpoint answers with an error of its own.
  'endpoint-unreachable', // The endpoint cannot be reached, or breaks off.
  'endpoint-timeout', // The endpoint does not answer in time.
  'endpoint-reply', // The endpoint answers in another shape than an OpenAI-compatible one does.
  'endpoint-withheld', // The endpoint gives no answer to a row, such as by its filter.
  'endpoint-rows', // The endpoint answered none of the rows.

  // Adapters and exports
  'adapter-missing', // The folder holds no adapter.
  'adapter-damaged', // The adapter is incomplete or says what cannot be.
  'adapter-kind', // The adapter is of a kind that is no prompt.
  'adapter-pickle', // The adapter is a pickle, which is not opened because it can run code.
  'adapter-shape', // The trained prompt has other sizes than template and model ask for.
  'adapter-type', // The adapter stores numbers in a format that is not supported.
  'export-exists', // The folder to export to is none, or not empty.
  'export-failed', // The export ended without saying what it wrote.
  'export-model-changed', // The model has changed since the run that is exported.
  'export-too-large', // The model is larger than one ONNX file can be.
  'nothing-to-export', // The run has trained nothing.

  // Rows that are predicted, and prompts that are served
  'address-unusable', // The port is in use, or the host is none of this machine's.
  'output-busy', // Another process writes the same output.
  'output-changed', // What was begun of an output belongs to another prompt, input or way of writing.
  'output-columns', // The input has columns that the output adds.
  'output-exists', // There is a file already where the output goes.
  'output-is-input', // The output would be written over the input.

  // Runs that are shared
  'run-exists', // There is a run of that id already.
  'share-private', // A run holds something private that cannot be taken out of it.
  'share-too-large', // A run is larger than what is shared in one file.
  'shared-damaged', // The file of a shared run is not whole, or says what cannot be.
  'shared-foreign', // The file holds no shared run.
  'shared-newer', // The file was written by a newer version.
  'shared-other', // A model or data file that was named is not that of the shared run.

  // Tools of agents
  'tool-input', // An agent gave a tool something else than it asks for.
  'tool-nothing', // There is nothing that a tool could answer of.

  // Training and runs
  'not-produced-here', // A run of answers from elsewhere has no prompt to work with.
  'nothing-to-train', // The method or the template leaves nothing to train.
  'not-measured', // There is no training step whose cost could be measured.
  'not-rewritten', // The run has not rewritten its instruction.
  'loss-not-finite', // The loss is no longer a number.
  'checkpoint-missing', // The run has no checkpoint.
  'checkpoint-damaged', // The checkpoint does not match its own hash.
  'checkpoint-shape', // The checkpoint does not fit the template and the model.
  'resume-changed', // Data or model have changed since the run began.
  'evaluate-changed', // Template or model are not those that the run was trained with.
  'answers-mismatch', // A file of answers does not fit the rows that it answers.
  'run-ambiguous', // Several runs begin with the id given.
  'run-busy', // A process is at work on the run.
  'run-damaged', // The record of the run cannot be read.
  'run-done', // The run is finished.
  'run-format', // The record of the run was written by a newer version.
  'run-lost', // The process that worked on the run has died.
  'run-missing', // There is no such run.
  'run-stopped', // The run was stopped, which is no error.
  'lock-lost', // Another process has taken over what this one held.
  'nothing-to-compare', // No run has a result that could be compared.
  'baseline-missing', // The baseline is not among the runs compared.
  'report-failed', // The report could not be written.

  // Slurm
  'slurm-missing', // The commands of Slurm are not on this machine.
  'slurm-unreachable', // The controller of the cluster does not answer.
  'slurm-refused', // Slurm refused what was asked of it.
  'slurm-options', // What is asked of Slurm, on the command line or in the profile, cannot be read.
  'slurm-submission', // What was handed to Slurm cannot be read, or never came to it.
  'slurm-program', // The program or the model of a task is not that of the study.
  'slurm-time', // The time limit of a task was over.
  'slurm-node', // The node of a task failed.
  'slurm-ended', // A task ended without a word of the run.

  // Processes and windows
  'trainer-start', // The process that works off the queue could not be started.
  'trainer-ended', // The process that answers a window has ended.
  'analysis-ended', // The thread that answers one question has ended.
  'window-closed', // The window that waited was closed.
  'channel-closed', // The other end of a channel is gone.
  'unknown-call', // A call has no handler at the other end.
  'bad-request', // A request has another shape than its call.
  'bad-reply', // An answer has another shape than its call.
  'command-failed', // A command of the program ended without a known code.
  'cancelled', // The user cancelled it.
  'outdated', // What was asked about has changed meanwhile.
  'untrusted', // The workspace is not trusted.

  // The machine
  'disk-full', // The disk is full.
  'disk-space', // What is to be written needs more room than the disk has.
  'not-writable', // A file or folder cannot be written to.
  'out-of-memory', // Model and batch do not fit into memory.
  'unexpected', // What nobody foresaw.
] as const;

/** What a check of a template can say. */
export type FindingCode = keyof typeof findingTitles;

/** Everything that a {@link Failure} can be; users and scripts see these codes, so none is ever renamed. */
export type FailureCode = FindingCode | (typeof otherFailures)[number];

const known: ReadonlySet<unknown> = new Set([...Object.keys(findingTitles), ...otherFailures]);

/** A code as another process or a file says it; one that this version does not know is `unexpected`. */
export function failureCodeOf(written: unknown): FailureCode {
  return known.has(written) ? (written as FailureCode) : 'unexpected';
}
