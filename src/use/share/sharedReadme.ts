import type { RunRecord } from '../../runs/record/record';

const contents: Readonly<Record<string, string>> = {
  'run.json': 'the run: settings, versions, results; data and model by name and hash',
  'metrics.jsonl': 'the steps of the training',
  'instruction.json': 'how the instruction was rewritten',
  'labels.json': 'the name that the run was given',
  'predictions.jsonl': 'every row that the result is of, with its answer',
  'samples.jsonl': 'some dev rows in the course of the training',
};

/** What a person finds who looks into the file of a shared run. */
export function sharedReadme({ id, template, model, data, examples }: RunRecord, files: readonly string[]): string {
  const sources = [data.train, data.dev, data.test].flatMap((source) =>
    source ? [`- ${source.path}, sha256 ${source.sha256}`] : [],
  );
  return [
    `# ${id}`,
    '',
    'A run of Prompt Tuner. To open it: `prompt-tuner import FILE.zip`, or *Import Run…* in VS Code.',
    '',
    ...files.map((name) => `- \`${name}\`: ${contents[name] ?? describePart(name, template.path)}`),
    '',
    ...(examples && examples.rows.length > 0
      ? [`Rows of train that its prompt shows as examples are in it: ${examples.rows.length}.`, '']
      : []),
    'It needs what is not in it:',
    '',
    `- the model ${model.id}, sha256 ${model.sha256}`,
    ...sources,
    '',
  ].join('\n');
}

function describePart(name: string, template: string): string {
  return name === template ? 'the template, as it asks the model' : 'what was learned, as PEFT reads it';
}
