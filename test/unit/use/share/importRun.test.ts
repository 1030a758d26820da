import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sha256 } from '../../../../src/files/sha256';
import type { RunRecord } from '../../../../src/runs/record/record';
import { createRun, readRun } from '../../../../src/runs/store/runFolder';
import { importRun, type ImportRequest } from '../../../../src/use/share/importRun';
import type { Manifest } from '../../../../src/use/share/sharedFiles';
import { shareRun } from '../../../../src/use/share/shareRun';
import { predictions, record, result } from '../../../support/runs/records';

const rows = `${JSON.stringify({ text: 'rain', label: 'a' })}\n`;
const text = 'Be short. {{> tone}} {{text}} is{{label}}\n';
const template = `---\noutput: { schema: { label(enum): [a, b] } }\ntune.data: { test: data/test.jsonl }\n---\n${text}`;

let folder: string;
/** A shared run, as another machine has written it. */
let file: string;
let there: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-import-'));
  const elsewhere = join(folder, 'elsewhere');
  file = join(folder, 'run.zip');
  there = join(folder, 'there');
  mkdirSync(there);
  const base = record('20260102-tickets-soft-1a2b', {
    status: 'done',
    template: {
      path: join(elsewhere, 'tickets.prompt'),
      text: template,
      sha256: sha256(template),
      partials: { tone: 'Be kind.' },
    },
    data: { test: { path: join(elsewhere, 'data', 'test.jsonl'), rows: 1, sha256: sha256(rows) } },
    result: result('soft', 0.75, '20260102-tickets-soft-1a2b'),
  });
  await createRun(
    join(elsewhere, 'runs'),
    { ...base, settings: { ...base.settings, data: { test: 'data/test.jsonl' } } },
    {
      'predictions.jsonl': predictions('11'),
    },
  );
  await shareRun({ run: base.id, runs: join(elsewhere, 'runs'), to: file, withPredictions: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const runs = (): string => join(there, '.prompt-tuner', 'runs');
const importHere = (request: Partial<ImportRequest> = {}) => importRun({ file, runs: runs(), ...request });
const put = (name: string, content: string): string => {
  const path = join(there, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return path;
};

type Entries = Record<string, Uint8Array>;

/** The file with other entries; where they are to pass for what was shared, the list of them says so. */
function repacked(change: (entries: Entries) => Entries, { listed = true } = {}): string {
  const entries = change(unzipSync(readFileSync(file)));
  const manifest = JSON.parse(Buffer.from(entries['share.json']!).toString()) as Manifest;
  const files = Object.entries(entries)
    .filter(([name]) => name !== 'share.json')
    .map(([name, content]) => ({ name, bytes: content.length, sha256: sha256(content) }));
  const path = join(folder, 'changed.zip');
  writeFileSync(
    path,
    zipSync({ ...entries, ...(listed && { 'share.json': Buffer.from(JSON.stringify({ ...manifest, files })) }) }),
  );
  return path;
}

/** The same with another record. */
const withRecord = (change: (run: RunRecord) => object): string =>
  repacked((entries) => ({
    ...entries,
    'run.json': Buffer.from(
      JSON.stringify(change(JSON.parse(Buffer.from(entries['run.json']!).toString()) as RunRecord)),
    ),
  }));

/** All that stands in the folder that is imported into. */
const everything = (): readonly string[] =>
  existsSync(there) ? readdirSync(there, { recursive: true, encoding: 'utf8' }) : [];

describe('importing a run', () => {
  it('brings the run, its rows and its template, and says which files are missing and where they go', async () => {
    const { run, missing, template: path, isNewTemplate } = await importHere();
    expect(isNewTemplate).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe(template);
    expect(readFileSync(join(there, '_tone.prompt'), 'utf8')).toBe('Be kind.');
    const imported = await readRun(join(runs(), run));
    expect(imported).toMatchObject({ status: 'done', result: { accuracy: 0.75 }, template: { path } });
    expect(
      readFileSync(join(runs(), run, 'predictions.jsonl'), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(2);
    expect(missing).toMatchObject([
      { what: 'model', name: 'builtin', sha256: 'bb' },
      {
        what: 'test data',
        name: 'data/test.jsonl',
        sha256: sha256(rows),
        lookedIn: [there, there],
        remedy: expect.stringContaining(join(there, 'data', 'test.jsonl')) as string,
      },
    ]);
  });

  it('takes the template that holds the same text, and data of the same hash wherever they are below', async () => {
    const own = put('prompts/mine.prompt', template.replaceAll('\n', '\r\n'));
    put('prompts/data/test.jsonl', 'other rows\n');
    const data = put('store/test.jsonl', rows);
    const { run, template: path, isNewTemplate, missing } = await importHere();
    expect({ path, isNewTemplate }).toEqual({ path: own, isNewTemplate: false });
    expect(missing.map(({ what }) => what)).toEqual(['model']);
    const imported = await readRun(join(runs(), run));
    expect(imported.data.test?.path).toBe(data);
    expect(imported.settings.data.test).toBe('../store/test.jsonl');
  });

  it('takes the data that a person names, whatever they are called, and refuses others', async () => {
    mkdirSync(join(folder, 'far'));
    const named = join(folder, 'far', 'renamed.jsonl');
    writeFileSync(named, rows.replace('rain', 'snow'));
    await expect(importHere({ data: [named] })).rejects.toMatchObject({
      code: 'shared-other',
      location: { file: named },
    });
    writeFileSync(named, rows);
    const { run } = await importHere({ data: [named] });
    expect((await readRun(join(runs(), run))).data.test?.path).toBe(named);
  });

  it('refuses another model than that of the run', async () => {
    await expect(importHere({ model: 'builtin' })).rejects.toMatchObject({ code: 'shared-other' });
    expect(everything()).toEqual([]);
  });

  it('writes over no file: a template of that name with another text stays', async () => {
    const mine = put('tickets.prompt', 'My own {{text}}{{label}}');
    const { run, template: path } = await importHere();
    expect(path).toBe(join(there, run, 'tickets.prompt'));
    expect(readFileSync(mine, 'utf8')).toBe('My own {{text}}{{label}}');
  });

  it('refuses a run that is here already, and leaves it as it is', async () => {
    await importHere();
    const before = everything();
    await expect(importHere()).rejects.toMatchObject({ code: 'run-exists' });
    expect(everything()).toEqual(before);
  });

  const text200 = Buffer.alloc(200, 'x');
  const bad: readonly (readonly [string, () => string, string])[] = [
    ['no file', () => join(folder, 'none.zip'), 'run-missing'],
    ['a folder', () => there, 'shared-foreign'],
    ['an empty file', () => put('../empty.zip', ''), 'shared-foreign'],
    ['a text', () => put('../text.zip', 'no zip at all'), 'shared-foreign'],
    [
      'another zip',
      () => (writeFileSync(join(folder, 'o.zip'), zipSync({ 'a.txt': text200 })), join(folder, 'o.zip')),
      'shared-foreign',
    ],
    [
      'a share.json of another program',
      () => repacked((entries) => ({ ...entries, 'share.json': Buffer.from('{"kind":"album"}') }), { listed: false }),
      'shared-foreign',
    ],
    [
      'a newer format, whatever it holds',
      () =>
        repacked(
          (entries) => ({
            ...entries,
            'share.json': Buffer.from('{"kind":"prompt-tuner run","format":2}'),
            'new/kind.bin': text200,
          }),
          { listed: false },
        ),
      'shared-newer',
    ],
    ['a newer record', () => withRecord((run) => ({ ...run, format: 2 })), 'shared-damaged'],
    [
      'a file that ends early',
      () => (writeFileSync(join(folder, 'c.zip'), readFileSync(file).subarray(0, -40)), join(folder, 'c.zip')),
      'shared-damaged',
    ],
    [
      'a file that leads out of the folder',
      () => repacked((entries) => ({ ...entries, '../../evil.prompt': text200 })),
      'shared-damaged',
    ],
    ['an absolute file', () => repacked((entries) => ({ ...entries, '/tmp/evil.prompt': text200 })), 'shared-damaged'],
    ['a program', () => repacked((entries) => ({ ...entries, 'adapter/run.js': text200 })), 'shared-damaged'],
    [
      'a file that was added',
      () => repacked((entries) => ({ ...entries, 'other.prompt': text200 }), { listed: false }),
      'shared-damaged',
    ],
    [
      'a file that was changed',
      () => repacked((entries) => ({ ...entries, 'predictions.jsonl': text200 }), { listed: false }),
      'shared-damaged',
    ],
    [
      'a file that was taken out',
      () =>
        repacked(
          (entries) => Object.fromEntries(Object.entries(entries).filter(([name]) => name !== 'predictions.jsonl')),
          { listed: false },
        ),
      'shared-damaged',
    ],
    ['an id that leads elsewhere', () => withRecord((run) => ({ ...run, id: '../../elsewhere' })), 'shared-damaged'],
    [
      'a template that leads elsewhere',
      () => withRecord((run) => ({ ...run, template: { ...run.template, path: '../x.prompt' } })),
      'shared-damaged',
    ],
    [
      'a partial that leads elsewhere',
      () => withRecord((run) => ({ ...run, template: { ...run.template, partials: { '../../x': 'y' } } })),
      'shared-damaged',
    ],
    [
      'data that lead elsewhere',
      () => withRecord((run) => ({ ...run, data: { test: { ...run.data.test, path: '/etc/passwd' } } })),
      'shared-damaged',
    ],
  ];
  it.each(bad)('refuses %s in a sentence, and leaves nothing behind', async (_, make, code) => {
    const wrong = make();
    await expect(importHere({ file: wrong })).rejects.toMatchObject({
      code,
      location: { file: wrong },
      message: expect.stringMatching(/^[^\n]+\.$/) as string,
    });
    expect(everything()).toEqual([]);
  });

  it('refuses what unpacks to more than a run may have, before it unpacks it', async () => {
    const bomb = readFileSync(repacked((entries) => ({ ...entries, 'samples.jsonl': text200 })));
    // The size that an entry says it has stands 24 bytes behind the mark of its line in the directory at the end.
    const directory = bomb.indexOf(Buffer.from('PK\u0001\u0002'));
    bomb.writeUInt32LE(2 ** 31, directory + 24);
    const wrong = join(folder, 'bomb.zip');
    writeFileSync(wrong, bomb);
    await expect(importHere({ file: wrong })).rejects.toMatchObject({ code: 'share-too-large' });
  });

  it('takes back the template where the run cannot be written', async () => {
    mkdirSync(join(there, '.prompt-tuner'));
    writeFileSync(runs(), 'no folder');
    await expect(importHere()).rejects.toThrow();
    expect(everything().filter((name) => name.endsWith('.prompt'))).toEqual([]);
  });
});
