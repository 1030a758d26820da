import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { planMeasurement } from '../../../../src/inspection/hosted/measureHosted';
import { planTraining } from '../../../../src/inspection/hosted/trainHosted';
import type { NewRunRequest } from '../../../../src/runs/queue/queue';
import { beginRuns, type BeginParts } from '../../../../src/views/endpoints/beginRuns';
import { createWithdrawals } from '../../../../src/views/endpoints/withdrawals';
import { dayTemplate } from '../../../support/runs/hostedRun';
import { editor, resetEditor } from '../../../support/standIns/vscodeStub';

const rows = ['sun', 'snow', 'frost', 'heat'].map((text, i) => ({ text, label: i % 3 === 0 ? 'warm' : 'cold' }));
const propose =
  '---\nmodel: mine:big\nconfig: { maxOutputTokens: 50 }\n---\n' +
  '{{role "user"}}Mend it: {{current}}{{#each mistakes}}\n{{input}} is {{answer}}{{/each}}';

/** A folder with a template that lets a model elsewhere write its instruction, and one whose model is elsewhere. */
async function workspace(model = 'mine:big'): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'prompt-tuner-begin-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const here = `---
output: { schema: { label(enum): [warm, cold] } }
tune.data: { train: rows.jsonl }
tune.instruction: text
tune.propose: own.prompt
tune.searchBudget: 560
---
{{#instruction}}Say how the day was.{{/instruction}}
Day: {{text}}
Weather:{{label}}
`;
  await writeFile(join(folder, 'here.prompt'), here);
  await writeFile(join(folder, 'away.prompt'), dayTemplate().replace('openai:', 'mine:'));
  await writeFile(join(folder, 'own.prompt'), propose.replace('mine:big', model));
  await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return folder;
}

/** @param withdrawn when consent is taken back, as long as the first run is at work */
function openWindow(withdrawn?: Promise<void>) {
  const withdrawals = createWithdrawals();
  const done: (readonly [string, unknown])[] = [];
  const queued: NewRunRequest[] = [];
  const work = (name: string, request: never) => {
    if (name === 'planHosted') return planMeasurement(request);
    if (name === 'planProposals') return planTraining(request, () => Promise.resolve({}));
    done.push([name, request]);
    if (!withdrawn) return Promise.resolve({ stopped: false });
    return withdrawn.then(() => {
      withdrawals.add();
      return { stopped: true };
    });
  };
  const parts = {
    client: {
      train: (request: NewRunRequest) => {
        queued.push(request);
        return Promise.resolve(`/runs/${queued.length}`);
      },
    },
    elsewhere: {
      withdrawals,
      inspector: { work },
      trainer: { work },
      secrets: { get: (name: string) => Promise.resolve(name.endsWith('.mine') ? 'secret' : undefined) },
      memory: { get: (_: string, otherwise: unknown) => otherwise, update: () => Promise.resolve() },
    },
  } as unknown as BeginParts;
  return { parts, done, queued };
}

/** A person who answers every dialog, and what the dialogs say in full. */
function answering(answer: string | undefined) {
  const details: string[] = [];
  editor.answer = (kind, given) => {
    if (kind !== 'showWarningMessage') return undefined;
    details.push((given[1] as { readonly detail: string }).detail);
    return answer;
  };
  return details;
}

beforeEach(() => {
  resetEditor(true);
  editor.configuration = {
    endpoints: { mine: { baseURL: 'http://127.0.0.1:9/v1' } },
    prices: { big: { input: 10, output: 100 } },
  };
});

const request = (folder: string, more: Partial<NewRunRequest> = {}): NewRunRequest => ({
  file: join(folder, 'here.prompt'),
  method: 'v2',
  set: {},
  runs: join(folder, 'runs'),
  ...more,
});

describe('a training that asks a model elsewhere for instructions', () => {
  it('begins in the process of the window once a person has agreed to rows, requests and price', async () => {
    const folder = await workspace();
    const { parts, done, queued } = openWindow();
    const details = answering('Send');
    const begun = await beginRuns(parts, [request(folder), request(folder, { method: 'soft' })]);
    await begun.ended;
    expect(details).toHaveLength(1);
    expect(details[0]).toContain('Address: http://127.0.0.1:9/v1\nModel: mine:big\nRows: some of the 4 rows of train');
    // 560 prompts are at most 35 rounds of 4 rows, whose gradients cost three each, and 4 that are measured.
    expect(details[0]).toMatch(/Requests: at most 140 requests;.*\n/);
    expect(details[0]).toMatch(/Tokens: about [\d,]+ tokens in and at most 7,000 out\n/);
    expect(details[0]).toMatch(/Price: at most about \$0\.\d\d/);
    expect(queued.map(({ method }) => method)).toEqual(['soft']);
    expect([begun.folders, begun.elsewhere]).toEqual([['/runs/1'], 1]);
    expect(done).toEqual([
      [
        'trainHosted',
        expect.objectContaining({
          method: 'v2',
          access: expect.objectContaining({ consent: true, keys: { mine: 'secret' } }) as unknown,
        }),
      ],
    ]);
  });

  it('asks once for several seeds, with what all of them come to', async () => {
    const folder = await workspace();
    const { parts, done } = openWindow();
    const details = answering('Send');
    const seeds = [1, 2, 3].map((seed) => request(folder, { set: { 'tune.seed': String(seed) } }));
    await (
      await beginRuns(parts, seeds)
    ).ended;
    expect(details).toHaveLength(1);
    expect(details[0]).toContain('at most 420 requests');
    expect(done).toHaveLength(3);
  });

  it('begins no further seed once consent is taken back, and says how many are left', async () => {
    const folder = await workspace();
    const { parts, done } = openWindow(Promise.resolve());
    answering('Send');
    const seeds = [1, 2, 3].map((seed) => request(folder, { set: { 'tune.seed': String(seed) } }));
    await (
      await beginRuns(parts, seeds)
    ).ended;
    expect(done).toHaveLength(1);
    expect(JSON.stringify(editor.shown)).toContain(
      '2 runs that waited to send rows: not begun, since consent was taken back.',
    );
  });

  it('begins no other training that waits for its turn once consent is taken back', async () => {
    const folder = await workspace();
    let withdraw = (): void => undefined;
    const { parts, done } = openWindow(new Promise((fulfil) => (withdraw = fulfil)));
    answering('Send');
    const begun = [await beginRuns(parts, [request(folder)]), await beginRuns(parts, [request(folder)])];
    withdraw();
    await Promise.all(begun.map(({ ended }) => ended));
    expect(done).toHaveLength(1);
    expect(JSON.stringify(editor.shown)).toContain('1 run that waited to send rows: not begun');
  });

  it('begins nothing where nobody agrees, also not what would ask nobody', async () => {
    const folder = await workspace();
    const { parts, done, queued } = openWindow();
    answering(undefined);
    const begun = await beginRuns(parts, [request(folder, { method: 'soft' }), request(folder)]);
    expect([begun.folders, begun.elsewhere, done, queued]).toEqual([[], 0, [], []]);
  });

  it('may ask the language models of VS Code, which no queue can', async () => {
    const folder = await workspace('vscode:copilot/gpt-4o');
    const { parts, done } = openWindow();
    const details = answering('Send');
    await (
      await beginRuns(parts, [request(folder)])
    ).ended;
    expect(details[0]).toContain('Address: VS Code\nModel: vscode:copilot/gpt-4o');
    expect(done.map(([name]) => name)).toEqual(['trainHosted']);
  });
});

describe('a template whose model is elsewhere', () => {
  it('is measured there once a person has agreed, with the settings that were given', async () => {
    const folder = await workspace();
    const { parts, done, queued } = openWindow();
    const details = answering('Send');
    const set = { 'tune.data.test': 'rows.jsonl' };
    const begun = await beginRuns(parts, [request(folder, { file: join(folder, 'away.prompt'), method: 'hard', set })]);
    await begun.ended;
    expect(details[0]).toContain('Rows: 4 rows of test');
    expect([queued, begun.elsewhere]).toEqual([[], 1]);
    expect(done).toEqual([['measureHosted', expect.objectContaining({ set }) as unknown]]);
  });

  it('is refused for a training by one sentence, before anybody is asked', async () => {
    const folder = await workspace();
    const { parts } = openWindow();
    const file = join(folder, 'away.prompt');
    await expect(beginRuns(parts, [request(folder, { file, method: 'soft' })])).rejects.toThrow(
      'The method soft needs a model that runs here, and "mine:little" runs elsewhere',
    );
    expect(editor.shown).toEqual([]);
  });
});
