/** What to do about failures of templates, settings and data files. */
export const inputRemedies = {
  'template-changed':
    'Restore the text that the run has (*Show That Text* shows the difference), or train the new text as a ' +
    'study of its own.',
  'template-missing':
    'Look whether the path is right and the file may be read. An adapter that was made elsewhere does not know ' +
    'its text: name the template with `--template FILE.prompt`.',
  'template-render':
    'The message names the line of the tag. Look at the value that the row has there: a list where a text is ' +
    'expected, or nothing where `{{#each}}` goes over it. `prompt-tuner render FILE --row N` shows any row.',
  'template-unsaved': 'Save the file yourself, then try again; the editor says why it could not.',
  'settings-unwritable':
    'Look whether the file is read-only. Where its front matter is laid out in a way that cannot be changed ' +
    'safely, write the settings by hand: nothing was changed.',
  'grid-size': 'Shorten the lists, or give fewer seeds; the message says how many trainings they make.',
  'grid-not-saved': 'Keep one value in the training form, then save; the grid itself can be started without saving.',
  'instruction-missing':
    'Put the task description between `{{#instruction}}` and `{{/instruction}}`, or set `tune.instruction: ' +
    'fixed`, so that `v2` trains its prefix alone.',
  'instruction-several':
    'Keep one `{{#instruction}}` block, or none: then the text before the first variable is taken.',
  'instruction-in-partial':
    'Move the `{{#instruction}}` block into the template itself. A partial may be shared by other templates, ' +
    'which a rewritten text would change too.',
  'instruction-braces': 'Leave the braces out of the text, or write `\\{{` for braces that are meant as text.',
  'instruction-varies':
    'Keep variables out of the instruction and end it with a line break, so that it has the same tokens in every ' +
    'row; or set `tune.instruction: fixed`.',
  'examples-form':
    'The message says what stands in the way: most often where the answer slot is, or a block around it. Write the ' +
    'examples by hand in an `{{#each}}`, or set `tune.examples: none`.',
  'examples-rows': 'Ask for fewer examples (`count`), give them more `tokens`, or add rows to train.',
  'examples-unchosen':
    'Measure or train the template: the examples are chosen then and kept with the run. Name a run instead of the ' +
    'template where a prompt is asked or served.',
  'examples-similar':
    'Set `choose` to `random` or `search`, whose examples are the same for every row, or leave `tune.examples` out.',
  'file-exists': 'Nothing was overwritten. Name another file (`--to`), or move the one that is there.',
  'import-format':
    'Choose the command that belongs to the tool which wrote the file; the message says what was expected, and ' +
    'where. A file that is broken has to be mended first.',
  'data-format':
    'Use `.jsonl`, `.json`, `.csv` or `.tsv`, or name the separator: `{ file: rows.txt, separator: "|" }`. A ' +
    'spreadsheet has to be exported to one of them.',
  'data-syntax':
    'Go to the line that the message names. Most often a quote is not closed, or a quote within a quoted value is ' +
    'not written twice; in JSON lines each line must be an object by itself.',
  'data-columns':
    'Give each column a name of its own. Where a row has more fields than the header, put values that hold the ' +
    'separator or a line break in quotes.',
  'data-empty': 'Add rows below the header, or name another file.',
  'data-changed': 'Nothing was read half. Start again, and the new rows are used.',
  'row-missing': 'The message says how many rows there are. `--row` counts from 0, everything else from 1.',
  'prompt-empty':
    'Put text, a virtual token or a variable before the answer slot. Where the whole prompt merges with the ' +
    'answer into one token, put a line break between both.',
  'answer-empty': 'Fill in the column of the answer, or remove the row; the message names its line.',
  'check-broken':
    'The message names the place in the check. It must export a function (`export default (answer, row) => …`), ' +
    'come to an end, and need no package that is not beside it.',
} as const;
