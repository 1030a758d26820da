import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describe } from 'vitest';
import type { RunRecord } from '../../../src/runs/record/record';
import {
  runCapabilities,
  capabilitiesOf,
  type Capability,
  type RunState,
} from '../../../src/runs/queue/runCapabilities';
import { contextValueOf } from '../../../src/views/sidebar/runsTreeModel';
import { runRecord } from '../../support/pages/views';

interface Manifest {
  readonly contributes: {
    readonly languages: readonly { readonly configuration: string; readonly icon: Readonly<Record<string, string>> }[];
    readonly grammars: readonly { readonly scopeName: string; readonly path: string }[];
    readonly snippets: readonly { readonly path: string }[];
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<
      Record<string, readonly { readonly command: string; readonly when?: string; readonly group?: string }[]>
    >;
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly scope: string }>> };
  };
  readonly extensionKind: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: string; readonly restrictedConfigurations: readonly string[] };
  };
}

const { contributes, extensionKind, capabilities } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;

describe('package.json', () => {
  it('names only files that are there', () => {
    const paths = [
      ...contributes.languages.flatMap(({ configuration, icon }) => [configuration, ...Object.values(icon)]),
      ...contributes.grammars.map(({ path }) => path),
      ...contributes.snippets.map(({ path }) => path),
    ];
    expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  });

  it('puts only commands into menus that it contributes', () => {
    const known = contributes.commands.map(({ command }) => command);
    expect(new Set(known).size).toBe(known.length);
    expect(
      Object.values(contributes.menus)
        .flat()
        .filter(({ command }) => !known.includes(command)),
    ).toEqual([]);
  });
});

describe('the menu of a run', () => {
  const items = contributes.menus['view/item/context']!.filter(({ when }) =>
    when?.startsWith('view == promptTuner.runs'),
  );
  const conditionOf = (when = '') => new RegExp(/viewItem =~ \/(.*)\/$/.exec(when)?.[1] ?? '^$');

  it('offers each command exactly where the list of capabilities has it, whatever the state of the run', () => {
    const ofRuns = items
      .map(({ command, when }) => ({ name: command.replace('promptTuner.', ''), condition: conditionOf(when) }))
      .filter(({ name }) => (runCapabilities as readonly string[]).includes(name));
    expect(new Set(ofRuns.map(({ name }) => name))).toEqual(new Set(runCapabilities));
    for (const state of everyState()) {
      const run = { folder: '/r/1', record: runRecord('1', state.record), ticket: { order: 1, ...state.ticket } };
      const context = contextValueOf(run);
      for (const { name, condition } of ofRuns)
        expect(condition.test(context), `${name} of ${JSON.stringify(state)}`).toBe(
          capabilitiesOf(run).includes(name as Capability),
        );
    }
  });

  it('has no command for runs beside the list, but for those of groups', () => {
    const others = items
      .filter(({ when }) => conditionOf(when).test(contextValueOf({ folder: '/r/1', record: runRecord('1') })))
      .map(({ command }) => command.replace('promptTuner.', ''))
      .filter((name) => !(runCapabilities as readonly string[]).includes(name));
    expect(others).toEqual([]);
  });

  /** What is offered for a run: names of commands, those beside it first. */
  const offers = (changes: Partial<RunRecord>, ticket?: { readonly order: number; readonly paused: boolean }) => {
    const context = contextValueOf({ folder: '/r/1', record: runRecord('1', changes), ticket });
    const matches = (when = '') => conditionOf(when).test(context);
    const fitting = items
      .filter(({ when }) => matches(when))
      .map(({ command, group }) => [command.replace('promptTuner.', ''), group] as const);
    const inline = fitting.filter(([, group]) => group?.startsWith('inline')).map(([name]) => name);
    return { inline, menu: fitting.filter(([, group]) => !group?.startsWith('inline')).map(([name]) => name) };
  };
  const always = [
    'openRun',
    'openComparison',
    'exportReport',
    'openTemplate',
    'renameRun',
    'noteRun',
    'copySettings',
    'revealRun',
  ];

  it('has everything that a finished training can be used for', () => {
    const { inline, menu } = offers({});
    expect(inline).toEqual(['showLog']);
    expect([...menu].sort()).toEqual(
      [
        ...always,
        'trainAgain',
        'continueRun',
        'starRun',
        'predictRows',
        'exportRun',
        'serveRun',
        'modelCard',
        'shareRun',
        'deleteRun',
      ].sort(),
    );
    expect(offers({ starred: true }).menu).toContain('unstarRun');
  });

  it('has a way out of every other state', () => {
    for (const status of ['lost', 'failed', 'stopped'] as const) {
      for (const method of ['soft', 'hard'] as const) {
        const { inline, menu } = offers({ status, method, result: undefined });
        expect(inline, `${status} ${method}`).toEqual(['resume', 'showLog']);
        expect(menu).toEqual(
          expect.arrayContaining(['resume', 'deleteRun', ...(method === 'hard' ? [] : ['trainAgain'])]),
        );
        expect(menu.includes('trainAgain')).toBe(method !== 'hard');
      }
    }
    expect(offers({ status: 'running', result: undefined })).toMatchObject({
      inline: ['stop', 'showLog'],
      menu: expect.arrayContaining(['stop', 'pause']) as unknown,
    });
    expect(offers({ status: 'queued', result: undefined }).menu).toEqual(
      expect.arrayContaining(['stop', 'pause', 'moveUp', 'moveDown']),
    );
    expect(offers({ status: 'queued', result: undefined }, { order: 1, paused: true }).inline).toEqual([
      'stop',
      'resume',
      'showLog',
    ]);
    expect(offers({ status: 'running' }).menu).not.toContain('deleteRun');
  });
});

/** Each combination of what the capabilities of a run depend on. */
function everyState(): readonly RunState[] {
  const statuses = ['queued', 'running', 'done', 'stopped', 'failed', 'lost'] as const;
  return statuses.flatMap((status) =>
    (['hard', 'soft'] as const).flatMap((method) =>
      [true, false].flatMap((flag) =>
        [0, 7].flatMap((step) =>
          [true, false].map((paused) => ({
            record: { status, method, starred: flag, progress: { phase: 'training' as const, step, steps: 300 } },
            ticket: { paused },
          })),
        ),
      ),
    ),
  );
}

describe('trust', () => {
  it('is needed for every setting that a folder could bring and that has to do with processes or files', () => {
    expect(extensionKind).toEqual(['workspace']);
    expect(capabilities.untrustedWorkspaces.supported).toBe('limited');
    const harmless = ['promptTuner.codeLens', 'promptTuner.inlayHints'];
    expect([...capabilities.untrustedWorkspaces.restrictedConfigurations].sort()).toEqual(
      Object.keys(contributes.configuration.properties)
        .filter((name) => !harmless.includes(name))
        .sort(),
    );
  });

  it("keeps the program that trains, and reading elsewhere, to the person's own settings", () => {
    for (const name of ['promptTuner.nodePath', 'promptTuner.allowOutsideWorkspace'])
      expect(contributes.configuration.properties[name]?.scope, name).toBe('machine');
  });
});

describe('the snippets', () => {
  const snippets = JSON.parse(readFileSync('media/snippets/dotprompt.json', 'utf8')) as Readonly<
    Record<string, { readonly prefix: string; readonly body: string | readonly string[] }>
  >;

  it('have prefixes of their own', () => {
    const prefixes = Object.values(snippets).map(({ prefix }) => prefix);
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  it('close every pair of braces that they open, placeholders aside', () => {
    for (const [name, { body }] of Object.entries(snippets)) {
      let text = [body].flat().join('\n');
      // From the inside outwards: a placeholder may hold another.
      for (let before = ''; before !== text;) {
        before = text;
        text = text.replace(/\$\{\d+(?:[:|]([^${}]*?)\|?)?\}|\$\d+|\$TM_\w+/g, '$1');
      }
      const opened = text.match(/\{\{/g)?.length ?? 0;
      expect(text.match(/\}\}/g)?.length ?? 0, `${name}: ${text}`).toBe(opened);
    }
  });
});
