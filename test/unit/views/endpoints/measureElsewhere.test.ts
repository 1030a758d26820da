import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { measureHosted, planMeasurement } from '../../../../src/inspection/hosted/measureHosted';
import { forgetConsent } from '../../../../src/views/endpoints/consent';
import { keyCommands } from '../../../../src/views/endpoints/keyCommands';
import { measureElsewhere, type ElsewhereParts } from '../../../../src/views/endpoints/measureElsewhere';
import { chatReply, startEndpoint, type EndpointServer } from '../../../support/standIns/endpointServer';
import { dayTemplate, hostedFolder, labelOfRequest } from '../../../support/runs/hostedRun';
import { editor, resetEditor } from '../../../support/standIns/vscodeStub';

/** Secrets and memory of a window, and the work that its process does here in the test's own. */
function openWindow() {
  const secrets = new Map<string, string>();
  const memory = new Map<string, unknown>();
  const parts = {
    secrets: {
      get: (name: string) => Promise.resolve(secrets.get(name)),
      store: (name: string, value: string) => Promise.resolve(void secrets.set(name, value)),
      delete: (name: string) => Promise.resolve(void secrets.delete(name)),
    },
    memory: {
      get: (name: string, otherwise: unknown) => memory.get(name) ?? otherwise,
      update: (name: string, value: unknown) => Promise.resolve(void memory.set(name, value)),
    },
    inspector: {
      work: (name: string, request: never) =>
        name === 'planHosted' ? planMeasurement(request) : measureHosted(request),
    },
  } as unknown as ElsewhereParts;
  return { parts, secrets };
}

const command = (parts: ElsewhereParts, id: string) =>
  keyCommands(parts.secrets).find((each) => each.id === id)!.run as (given?: unknown) => Promise<void>;

const dialogs = () => editor.shown.filter(([kind]) => kind === 'showWarningMessage');

let server: EndpointServer;
let files: Awaited<ReturnType<typeof hostedFolder>>;
let measurement: { readonly file: string; readonly runs: string };

beforeEach(async () => {
  resetEditor(true);
  server = await startEndpoint(({ body }) => chatReply(labelOfRequest(body), { warm: 0.5, cold: 0.4 }));
  files = await hostedFolder(dayTemplate().replace('openai:', 'mine:'));
  measurement = { file: join(files.folder, 'day.prompt'), runs: join(files.folder, 'runs') };
  editor.configuration = {
    endpoints: { mine: { baseURL: server.address } },
    prices: { little: { input: 1000, output: 100 } },
  };
});

describe('a hard prompt that is measured at an endpoint from the window', () => {
  it('sends nothing where nobody agrees', async () => {
    await measureElsewhere(openWindow().parts, measurement);
    expect(dialogs()).toEqual([['showWarningMessage', expect.stringMatching(/^Send 4 rows of rows.jsonl to 127/)]]);
    expect(server.seen).toHaveLength(0);
  });

  it('says before what is sent, how often, and what it costs, and keeps the price with the run', async () => {
    let detail = '';
    editor.answer = (kind, given) => {
      detail = (given[1] as { readonly detail: string }).detail;
      return kind === 'showWarningMessage' ? 'Send' : undefined;
    };
    await measureElsewhere(openWindow().parts, measurement);
    expect(detail).toContain(`Address: ${server.address}\nModel: mine:little\nRows: 4 rows of test`);
    expect(detail).toMatch(/Requests: at most 7 requests;.*\nTokens: about \d+ tokens in and at most 48 out/);
    expect(detail).toMatch(/Price: at most about \$0\.0\d/);
    const [run] = (await readdir(measurement.runs)).filter((name) => !name.startsWith('.'));
    const record = JSON.parse(await readFile(join(measurement.runs, run!, 'run.json'), 'utf8')) as {
      readonly result: { readonly hosted: { readonly price: number } };
    };
    expect(record.result.hosted.price).toBeCloseTo((44 * 1000 + 8 * 100) / 1e6, 12);
  });

  it('is asked about once where a person agrees for good to this file, until that is taken back', async () => {
    const { parts } = openWindow();
    editor.answer = (kind, given) => (kind === 'showWarningMessage' ? given[3] : undefined);
    await measureElsewhere(parts, measurement);
    await measureElsewhere(parts, measurement);
    expect(dialogs()).toHaveLength(1);
    await forgetConsent(parts.memory);
    await measureElsewhere(parts, measurement);
    expect(dialogs()).toHaveLength(2);
  });

  it('sends the key that the secret storage keeps to its endpoint, and none once it is forgotten', async () => {
    const { parts, secrets } = openWindow();
    editor.answer = (kind, given) => (kind === 'showInputBox' ? ' sk-planted ' : given[2]);
    await command(parts, 'setEndpointKey')('mine');
    expect([...secrets.values()]).toEqual(['sk-planted']);
    await measureElsewhere(parts, measurement);
    expect(server.seen[0]!.headers.authorization).toBe('Bearer sk-planted');
    await command(parts, 'forgetEndpointKey')('mine');
    expect(secrets.size).toBe(0);
    for (const [, text] of editor.shown) expect(JSON.stringify(text)).not.toContain('sk-planted');
  });

  it('is refused by one sentence where a setting has another form', async () => {
    editor.configuration = { endpoints: { mine: 'http://here' } };
    await expect(measureElsewhere(openWindow().parts, measurement)).rejects.toThrow(
      'The setting promptTuner.endpoints has a value of another form.',
    );
  });
});
