import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Endpoints, EndpointSettings } from '../../../src/endpoint/endpoint';
import type { EvaluationOutcome } from '../../../src/runs/work/measuring/evaluationOutcome';
import { evaluateRun } from '../../../src/runs/work/measuring/evaluateRun';

/** Days and what they were like. */
export const dayRows = [
  ['sun', 'warm'],
  ['snow', 'cold'],
  ['frost', 'cold'],
  ['heat', 'warm'],
] as const;

/** What the day in a request was like. */
export const labelOfRequest = (body: Readonly<Record<string, unknown>>): string =>
  dayRows.find(([text]) => JSON.stringify(body.messages ?? body.prompt).includes(text))?.[1] ?? '';

export const dayTemplate = (more = ''): string =>
  `---
model: openai:little
output: { schema: { label(enum): [warm, cold] } }
tune.data: { test: rows.jsonl }
${more}---
Day: {{text}}
Weather:{{label}}
`;

export interface HostedFolder {
  readonly folder: string;
  measure(settings: EndpointSettings, more?: Partial<Endpoints>, signal?: AbortSignal): Promise<EvaluationOutcome>;
}

/** A folder with a template whose model runs elsewhere, gone after the test. */
export async function hostedFolder(
  template = dayTemplate(),
  rows: readonly (readonly [string, string])[] = dayRows,
): Promise<HostedFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-hosted-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'day.prompt');
  await writeFile(file, template);
  const lines = rows.map(([text, label]) => `${JSON.stringify({ text, label })}\n`);
  await writeFile(join(folder, 'rows.jsonl'), lines.join(''));
  return {
    folder,
    measure: (settings, more = {}, signal) =>
      evaluateRun(
        { file, subject: { kind: 'hard' }, set: {}, runs: join(folder, 'runs') },
        {
          signal,
          endpoints: {
            settingsOf: () => settings,
            priceOf: () => undefined,
            keyOf: () => undefined,
            consent: true,
            ...more,
          },
        },
      ),
  };
}
