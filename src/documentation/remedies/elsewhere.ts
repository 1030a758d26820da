/** What to do about failures of models that run elsewhere, of adapters, exports, outputs and shared runs. */
export const elsewhereRemedies = {
  'endpoint-method': 'Choose the method `hard`, or name a model of this machine: gradients never leave an endpoint.',
  'endpoint-unknown':
    'Set the address in `promptTuner.endpoints`, in the variable `NAME_BASE_URL` or with `--base-url`; or correct ' +
    'the name in front of the colon.',
  'endpoint-settings':
    'The message names the setting; its description and [other models](otherModels.md) show its form.',
  'endpoint-consent': 'Nothing was sent. Agree in the dialog of the window, or give `--yes` on the command line.',
  'endpoint-key':
    'Set it with *Set Key of Endpoint…*, or in `NAME_API_KEY` for the command line. A key that is refused may ' +
    'have no quota left.',
  'endpoint-refused': "The message has the endpoint's own words: most often the model's name or a length.",
  'endpoint-busy':
    'Measure it again later: what was answered is kept and not asked again. Lower `requestsPerMinute` or ' +
    '`concurrency` in `promptTuner.endpoints`, or look at the account.',
  'endpoint-down': 'Try it again later: what was answered is kept.',
  'endpoint-unreachable': 'Look whether the server runs and the address is right; what was answered is kept.',
  'endpoint-timeout': 'Raise `timeoutSeconds` in `promptTuner.endpoints`, or look whether the model is loaded there.',
  'endpoint-reply': 'Look whether the address ends as that of the API does, most often in `/v1`.',
  'endpoint-withheld':
    'The row is left out and counted beside every number. Word it otherwise, or measure it on another model.',
  'endpoint-rows': 'Look at what the log says of the rows; there is no number without an answer.',
  'tool-input': 'The message names the input and what it should be; the agent can call the tool again with that.',
  'tool-nothing': 'The message says what comes first: most often a run has to be measured or come to its end.',
  'adapter-missing': 'Point at the folder with `adapter_config.json`, or train the run to its end.',
  'adapter-damaged': 'Copy both files of the adapter again, or save it again with PEFT or Prompt Tuner.',
  'adapter-kind': 'Choose an adapter that is a prompt: PROMPT_TUNING, P_TUNING, PREFIX_TUNING, CARTRIDGE or CPT.',
  'adapter-pickle': 'Convert it once where you trust it: the message has the command.',
  'adapter-shape': 'Use the model and the template that the prompt was trained for; the message has both sizes.',
  'adapter-type': 'Save it as float32.',
  'export-exists': 'Name a new folder, or empty the one that is there.',
  'export-failed': 'The log (*Prompt Tuner* in the output view) has the last words of the export.',
  'export-model-changed': 'Restore the model file or its chat template, or train a new run.',
  'export-too-large': 'Export with `--format peft`, which holds the prompt alone, or train with a smaller model.',
  'nothing-to-export': 'Export a run of `soft`, `v1` or `v2`; of a hard prompt, its text with `--format text`.',
  'address-unusable': 'Choose another port (`--port`, `promptTuner.servePort`), or free this one.',
  'output-busy': 'Wait for the other process, or name another output with `--to`.',
  'output-changed': 'Give `--force` to begin again, or name another output with `--to`.',
  'output-columns': 'Rename the column, or give the added ones a prefix: `--prefix model_`.',
  'output-exists': 'Name another file with `--to`, or give `--force` to replace it.',
  'output-is-input': 'Name another file with `--to`: the input is never changed.',
  'run-exists': 'Delete the run that is here, or import into another folder with `--runs`.',
  'share-private':
    'The message names the line. Take the name of a folder or the token out of the template and train it so: a ' +
    'prompt is not changed on its way, since its numbers would be those of another one.',
  'share-too-large': 'Leave out the predictions; a shared run may take 1 GiB.',
  'shared-damaged': 'Ask for the file once more; nothing of it was taken.',
  'shared-foreign': 'Choose a file that *Share Run…* or `prompt-tuner share` has written.',
  'shared-newer': 'Update Prompt Tuner.',
  'shared-other': 'Name the model or the file that the run was made with, or leave the option out.',
} as const;
