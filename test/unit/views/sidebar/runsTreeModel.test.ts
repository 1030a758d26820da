import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../../src/runs/record/record';
import { isRunRecord } from '../../../../src/runs/record/record';
import { capabilitiesOf } from '../../../../src/runs/queue/runCapabilities';
import { runPageState } from '../../../../src/views/run/model';
import { contextValueOf, runsTree, type RunsNode } from '../../../../src/views/sidebar/runsTreeModel';
import { settingText } from '../../../../src/template/settings/settingText';
import { settingsAsYaml } from '../../../../src/views/runs/runText';
import { statusText } from '../../../../src/views/sidebar/statusText';
import { templatesTree } from '../../../../src/views/sidebar/templatesTreeModel';
import type { Settings } from '../../../../src/template/settings/settings';
import { result, runRecord } from '../../../support/pages/views';

const watched = (...records: readonly RunRecord[]) => records.map((record) => ({ folder: `/r/${record.id}`, record }));
const at = (path: string) => ({ template: { path, text: 'x', sha256: '0' } });

/** The tree as indented lines. */
function lines(nodes: readonly RunsNode[], indent = ''): readonly string[] {
  return nodes.flatMap((node) =>
    node.kind === 'unreadable'
      ? [`${indent}${node.run.folder}`]
      : [
          `${indent}${node.label} | ${node.description}`,
          ...(node.kind === 'run' ? [] : lines(node.children, `${indent}  `)),
        ],
  );
}

describe('the tree of runs', () => {
  it('groups by template, newest first, and says of a run without a name how it stands before when it began', () => {
    const begun = new Date(2026, 2, 14, 15, 9);
    const created = begun.toISOString();
    const tree = (now: Date) =>
      lines(
        runsTree(
          watched(
            runRecord('3', at('/w/b.prompt')),
            runRecord('2', { created }),
            runRecord('1', { created, method: 'v1' }),
          ),
          [],
          now,
        ),
      );
    expect(tree(new Date(2026, 2, 14, 23))).toEqual([
      'b | 1 run',
      expect.stringMatching(/^ {2}soft · test acc 0\.83 \| /),
      'triage | 2 runs · best 0.83',
      '  soft · test acc 0.83 | 15:09',
      '  v1 · test acc 0.83 | 15:09',
    ]);
    expect([tree(new Date(2026, 3, 1)).at(-1), tree(new Date(2027, 0, 1)).at(-1)]).toEqual([
      '  v1 · test acc 0.83 | 14 Mar',
      '  v1 · test acc 0.83 | 14 Mar 2026',
    ]);
  });

  it('says in which form a run reads its prompt only beside runs of another form', () => {
    const inForm = (id: string, format: Settings['format']) => {
      const run = runRecord(id);
      return { ...run, settings: { ...run.settings, format } };
    };
    const labels = (...runs: readonly RunRecord[]) =>
      lines(runsTree(watched(...runs), []))
        .slice(1)
        .map((line) => line.split(' · ')[0]!.trim());
    expect(labels(inForm('2', 'chat'), inForm('1', 'text'))).toEqual(['soft as chat', 'soft as text']);
    expect(labels(inForm('2', 'chat'), inForm('1', 'chat'))).toEqual(['soft', 'soft']);
  });

  it('shows on which node of a cluster a run works, and how much of its time is used', () => {
    const slurm = { id: '40_0', state: 'RUNNING', node: 'n12', elapsed: 3840, limit: 7200 } as const;
    const [, line] = lines(runsTree(watched(runRecord('1', { status: 'running', slurm })), []));
    expect(line).toContain(' · on n12, 1 h 04 min of 2 h 00 min');
    const [, starting] = lines(
      runsTree(watched(runRecord('1', { status: 'running', slurm: { id: '40_0', state: 'RUNNING' } })), []),
    );
    expect(starting).not.toContain('undefined');
  });

  it('shows what a person called it, and a star', () => {
    expect(lines(runsTree(watched(runRecord('1', { name: 'short words', starred: true })), []))[1]).toBe(
      '  ★ short words | soft · test acc 0.83 ±0.03',
    );
  });

  it('shows progress and time left while a run is at work', () => {
    const run = runRecord('1', {
      status: 'running',
      result: undefined,
      progress: { phase: 'training', step: 120, steps: 300, loss: 0.834, secondsLeft: 65 },
    });
    expect(lines(runsTree(watched(run), []))).toEqual([
      'triage | 1 run · 1 active',
      '  soft · step 120/300 | 65 s left',
    ]);
  });

  it('shows a grid as one entry, named by what varies, its runs by their values', () => {
    const study = { id: 's', varied: ['learningRate', 'steps'] };
    const cell = (id: string, learningRate: number | 'auto', accuracy: number) =>
      runRecord(id, {
        study,
        settings: { seed: 1, learningRate, steps: 7 } as Settings,
        result: { ...result, accuracy },
      });
    const tree = runsTree(
      watched(cell('4', 0.1, 0.7), runRecord('3'), cell('2', 'auto', 0.9)),
      [],
      new Date(2026, 5, 1),
    );
    expect(lines(tree)).toEqual([
      'triage | 3 runs · best 0.90',
      '  learningRate × steps | 2 runs · best 0.90',
      '    0.1 × 7 | test acc 0.70 ±0.03',
      '    auto × 7 | test acc 0.90 ±0.03',
      '  soft · test acc 0.83 | 14 Mar',
    ]);
    const [group] = tree.flatMap((node) => (node.kind === 'template' ? node.children : []));
    expect(group).toMatchObject({
      fullLabel: 'Grid over learningRate, steps',
      children: [{ fullLabel: 'learningRate 0.1, steps 7' }, { fullLabel: 'learningRate auto, steps 7' }],
    });
  });

  it('tells the place of a waiting run, and which one is paused', () => {
    const waiting = (id: string, ticket: { readonly order: number; readonly paused?: boolean }) => ({
      folder: `/r/${id}`,
      record: runRecord(id, {
        name: id,
        status: 'queued',
        result: undefined,
        progress: { phase: 'waiting', step: 0, steps: 9 },
      }),
      ticket,
    });
    const runs = [waiting('3', { order: 1 }), waiting('2', { order: 5, paused: true }), waiting('1', { order: 2 })];
    expect(lines(runsTree(runs, []))).toEqual([
      'triage | 3 runs · 3 active',
      '  3 | soft · waiting, next',
      '  2 | soft · paused',
      '  1 | soft · waiting, number 2',
    ]);
    expect(contextValueOf(runs[1]!).split('.')).toEqual(expect.arrayContaining(['resume', 'stop', 'moveUp']));
  });

  it('says how far a run came that did not end well, and what one is worth that calls every row the same', () => {
    const runs = watched(
      runRecord('2', { collapsed: 'bug' }),
      runRecord('1', { status: 'lost', result: undefined, progress: { phase: 'training', step: 7, steps: 300 } }),
    );
    expect(lines(runsTree(runs, [], new Date(2026, 5, 1)))).toEqual([
      'triage | 2 runs · best 0.83',
      '  soft · test acc 0.83 | collapsed',
      '  soft · lost · step 7/300 | ',
    ]);
  });

  it('says that a training is not measured yet once nobody is at it', () => {
    const trained = { selection: { trainingRows: 4 }, result: undefined } as const;
    const label = (changes: Partial<RunRecord>) =>
      lines(runsTree(watched(runRecord('1', { ...trained, ...changes })), []))[1];
    expect(label({ status: 'stopped' })).toBe('  soft · stopped · not measured | ');
    expect(label({ status: 'running', progress: { phase: 'testing', step: 40, steps: 3000 } })).toBe(
      '  soft · testing 40/3,000 rows | ',
    );
  });

  it('says that a result is of an older text, and lets that text be shown', () => {
    const run = { folder: '/r/1', record: runRecord('1'), changed: ['the text'] };
    expect(lines(runsTree([run], []))[1]).toBe('  soft · test acc 0.83 | older text');
    expect(contextValueOf(run).split('.')).toContain('showText');
    expect(contextValueOf(watched(runRecord('1'))[0]!).split('.')).not.toContain('showText');
    const [template] = templatesTree(['/w/triage.prompt'], [run], '/w');
    expect([template!.description, template!.children[0]!.description]).toEqual([
      'soft 0.83, older text',
      'test acc 0.83 ±0.03 · older text',
    ]);
    expect(runPageState(run, [])).toMatchObject({
      older: 'This result is of an older text: the text changed since.',
      actions: expect.arrayContaining([{ action: 'showText', label: 'Show That Text' }]) as unknown,
    });
  });

  it('keeps what cannot be read at the end', () => {
    expect(lines(runsTree(watched(runRecord('1')), [{ folder: '/r/2', problem: 'torn' }])).at(-1)).toBe('/r/2');
  });

  it('gives menus the names of what may be done', () => {
    const run = { folder: '/r/1', record: runRecord('1', { status: 'lost', starred: true }) };
    expect(contextValueOf(run)).toBe(`run.${capabilitiesOf(run).join('.')}`);
    expect(contextValueOf(run)).toMatch(/^run\.openRun\..*\.resume\.trainAgain\.shareRun\.unstarRun\.deleteRun$/);
  });

  it('never fails for a record that can be read, however odd its values', () => {
    const whole = runRecord('1', {
      study: { id: 's', varied: ['seed'] },
      rewritten: { original: 'a', instruction: 'b', text: 'c', edits: [] },
      best: { step: 1, loss: 1, accuracy: 1 },
      error: { code: 'x', message: 'y' },
    });
    const places = Object.entries(whole).flatMap(([key, value]) => [
      [key],
      ...(typeof value === 'object' && value !== null ? Object.keys(value).map((inner) => [key, inner]) : []),
    ]);
    const odd = fc.constantFrom<unknown>(null, undefined, '', 'text', 0, -1, 1e300, true, [], {}, [null], { a: 1 });
    let seen = 0;
    fc.assert(
      fc.property(fc.constantFrom(...places), odd, ([key, inner], value) => {
        const before = whole as unknown as Record<string, Record<string, unknown>>;
        const record: unknown = JSON.parse(
          JSON.stringify({ ...whole, [key!]: inner === undefined ? value : { ...before[key!], [inner]: value } }),
        );
        if (!isRunRecord(record)) return;
        seen++;
        const run = { folder: '/r/1', record };
        lines(runsTree([run], []));
        contextValueOf(run);
        statusText([record]);
        runPageState(run, []);
      }),
      { numRuns: 600 },
    );
    expect(seen).toBeGreaterThan(100);
  });
});

describe('a setting in words', () => {
  it('is what a person would write, and for labels what stands for each', () => {
    const settings = {
      steps: 5,
      init: { kind: 'text', words: 'a b' },
      labels: { billing: [' money', ' bill'], bug: [' fault'] },
    } as unknown as Settings;
    expect(['steps', 'init', 'labels', 'clip'].map((name) => settingText(settings, name))).toEqual([
      '5',
      '{ text: "a b" }',
      'billing: " money" or " bill", bug: " fault"',
      'unset',
    ]);
    expect(settingText({ labels: {} } as Settings, 'labels')).toBe('none');
  });
});

describe('settings to copy', () => {
  it('are lines for a front matter, words of an initialisation included', () => {
    const settings = {
      method: 'soft',
      data: {},
      labels: {},
      steps: 5,
      learningRate: 'auto',
      init: { kind: 'text', words: 'a "b"' },
    } as unknown as Settings;
    expect(settingsAsYaml(runRecord('1', { settings }))).toBe(
      'tune.steps: 5\ntune.learningRate: auto\ntune.init: { text: "a \\"b\\"" }',
    );
  });
});

describe('the tree of templates', () => {
  const paths = ['/w/t/triage.short.prompt', '/w/t/triage.prompt', '/w/t/_part.prompt', '/w/q.long.prompt'];

  it('puts variants under the template they are of, and leaves parts out', () => {
    const tree = templatesTree(paths, [], '/w');
    expect(tree.map(({ label, description, children }) => [label, description, children.length])).toEqual([
      ['q.long', '', 0],
      ['triage', 't', 1],
    ]);
    expect(tree[1]!.children[0]).toMatchObject({ kind: 'template', label: 'triage.short', variant: true });
  });

  it('tells the newest result of each method on that very file', () => {
    const runs = watched(
      runRecord('4', { method: 'v2', ...at('/w/t/triage.prompt') }),
      runRecord('3', { ...at('/w/t/triage.short.prompt') }),
      runRecord('2', { method: 'v2', result: { ...result, accuracy: 0.1 }, ...at('/w/t/triage.prompt') }),
      runRecord('1', { status: 'failed', result: undefined, ...at('/w/t/triage.prompt') }),
    );
    const triage = templatesTree(paths, runs, '/w')[1]!;
    expect(triage.description).toBe('v2 0.83');
    expect(
      triage.children.map((child) => (child.kind === 'template' ? child.description : child.run.record.id)),
    ).toEqual(['soft 0.83', '4']);
  });
});

describe('the line of a template with many results', () => {
  it('holds the best and the hard prompt, for which a narrow view has room; all stand below', () => {
    const runs = watched(
      ...(['hard', 'soft', 'v1', 'v2'] as const).map((method, i) =>
        runRecord(String(i), {
          method,
          result: { ...result, accuracy: [0.34, 0.8, 0.93, 0.7][i]! },
          ...at('/w/t/triage.prompt'),
        }),
      ),
    );
    const [triage] = templatesTree(['/w/t/triage.prompt'], runs, '/w');
    expect(triage!.description).toBe('v1 0.93 · hard 0.34');
    expect(triage!.children).toHaveLength(4);
  });
});

describe('the status bar', () => {
  it('is empty while nothing is going on', () => {
    expect(statusText([runRecord('1')])).toBeUndefined();
  });

  it('tells how far the run at work is, and how many wait', () => {
    const work = runRecord('1', {
      status: 'running',
      progress: { phase: 'training', step: 120, steps: 300, secondsLeft: 12 },
    });
    expect(statusText([runRecord('2', { status: 'queued' }), work])).toEqual({
      text: '$(sync~spin) soft 40 % · 1 waiting',
      tooltip: 'triage: soft · step 120/300, 12 s left, 1 waiting',
    });
  });

  it('tells what happens before the first step, and that runs wait where none works', () => {
    expect(
      statusText([runRecord('1', { status: 'running', progress: { phase: 'loading', step: 0, steps: 300 } })])?.text,
    ).toBe('$(sync~spin) soft loading the model');
    expect(statusText([runRecord('1', { status: 'queued' })])?.text).toBe('$(clock) 1 waiting');
  });
});
