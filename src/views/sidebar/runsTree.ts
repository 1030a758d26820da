import * as l10n from '@vscode/l10n';
import { trains } from '../../runs/record/words/recordWords';
import { measuredMetrics } from '../../runs/record/measuredMetrics';
import * as vscode from 'vscode';
import { formText } from '../../objective/recordedForm';
import { isActive } from '../../runs/store/runStatus';
import { counted, metricInterval, metricNumber } from '../../words/formatNumbers';
import { settingText } from '../../template/settings/settingText';
import { methodIcon } from './methodIcons';
import type { RunChoice } from '../runs/runChoice';
import { markOf } from '../runs/runColours';
import { contextValueOf, runsTree, durationLeft, type RunLeaf, type RunsNode } from './runsTreeModel';
import { methodTitles } from '../../words/methodTitles';
import { describeState, lostText } from '../runs/runText';
import { measuredRows } from '../../runs/record/words/describeProvenance';
import type { RunWatcher, UnreadableRun, WatchedRun } from '../runs/runWatcher';
import { stateWord } from '../../runs/record/words/recordWords';
import { dateAndTime } from '../../words/formatDates';
import { clauses, listed } from '../../words/listed';

/** Scheme of the addresses by which runs get their badge and colour in the tree. */
const runScheme = 'prompt-tuner-run';

/** The *Runs* view, with what else of it the rest of the extension needs. */
export interface RunsTree extends vscode.Disposable {
  readonly visible: boolean;
  /** Shows a run in the tree, and selects it. */
  reveal(run: WatchedRun): Promise<void>;
}

/** The *Runs* view: every run of the workspace by template, newest first, as its folder has it. */
export function createRunsTree(watcher: RunWatcher, choice: RunChoice, extensionUri: vscode.Uri): RunsTree {
  const changed = new vscode.EventEmitter<void>();
  const recoloured = new vscode.EventEmitter<undefined>();
  let tree = runsTree(watcher.runs, watcher.unreadable);

  const view = vscode.window.createTreeView<RunsNode>('promptTuner.runs', {
    showCollapseAll: true,
    canSelectMany: true,
    manageCheckboxStateManually: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: (node) => itemOf(node, choice, extensionUri),
      getChildren: (node) => (node ? childrenOf(node) : [...tree]),
      getParent: (node) => parentOf(tree, node),
    },
  });
  const decorations = vscode.window.registerFileDecorationProvider({
    onDidChangeFileDecorations: recoloured.event,
    provideFileDecoration(uri) {
      const mark = uri.scheme === runScheme ? markOf(choice.chosen, uri.path) : undefined;
      return (
        mark && {
          badge: mark.badge.slice(0, 2),
          color: new vscode.ThemeColor(`charts.${mark.hue}`),
          tooltip: l10n.t`Run ${mark.badge} in the comparison`,
        }
      );
    },
  });
  const checking = view.onDidChangeCheckboxState(({ items }) => {
    for (const [node, state] of items) {
      if (node.kind === 'run') choice.set(node.run.record.id, state === vscode.TreeItemCheckboxState.Checked);
    }
  });

  const show = () => {
    tree = runsTree(watcher.runs, watcher.unreadable);
    changed.fire();
    const active = watcher.runs.filter(({ record }) => isActive(record)).length;
    view.badge = active > 0 ? { value: active, tooltip: counted(active, 'active run') } : undefined;
    void vscode.commands.executeCommand('setContext', 'promptTuner.running', active > 0);
    void vscode.commands.executeCommand('setContext', 'promptTuner.hasRuns', watcher.runs.length > 0);
  };
  const recolour = () => {
    recoloured.fire(undefined);
    show();
  };
  const stopListening = [watcher.onChange(show), choice.onChange(recolour)];
  show();

  return {
    get visible() {
      return view.visible;
    },
    async reveal(run) {
      const leaf = leafIn(tree, run.record.id);
      if (leaf) await view.reveal(leaf, { select: true, focus: false, expand: true });
    },
    dispose() {
      for (const stop of stopListening) stop();
      vscode.Disposable.from(view, changed, recoloured, decorations, checking).dispose();
    },
  };
}

function childrenOf(node: RunsNode): RunsNode[] {
  return node.kind === 'template' || node.kind === 'grid' ? [...node.children] : [];
}

/** The node that contains another. The tree is made again at each change, so nodes are the same where their ids are. */
function parentOf(nodes: readonly RunsNode[], wanted: RunsNode): RunsNode | undefined {
  const identity = idOf(wanted);
  for (const node of nodes) {
    const children = childrenOf(node);
    if (children.some((child) => idOf(child) === identity)) return node;
    const within = parentOf(children, wanted);
    if (within) return within;
  }
  return undefined;
}

function leafIn(nodes: readonly RunsNode[], run: string): RunLeaf | undefined {
  for (const node of nodes) {
    if (node.kind === 'run' && node.run.record.id === run) return node;
    const within = leafIn(childrenOf(node), run);
    if (within) return within;
  }
  return undefined;
}

function idOf(node: RunsNode): string {
  switch (node.kind) {
    case 'template':
      return `template ${node.path}`;
    case 'grid':
      return `grid ${node.id}`;
    case 'run':
      return `run ${node.run.record.id}`;
    case 'unreadable':
      return `folder ${node.run.folder}`;
  }
}

function itemOf(node: RunsNode, choice: RunChoice, extensionUri: vscode.Uri): vscode.TreeItem {
  const item = bareItem(node, choice, extensionUri);
  item.id = idOf(node);
  return item;
}

function bareItem(node: RunsNode, choice: RunChoice, extensionUri: vscode.Uri): vscode.TreeItem {
  switch (node.kind) {
    case 'template':
      return groupItem(node.label, node.description, { context: 'template', icon: 'file-code', tooltip: node.path });
    case 'grid':
      return groupItem(node.label, node.description, {
        context: 'study',
        icon: 'beaker',
        tooltip: l10n.t`${node.fullLabel}: ${counted(node.children.length, 'run')} that differ in nothing else`,
        fullLabel: node.fullLabel,
      });
    case 'run':
      return runItem(node, choice, extensionUri);
    case 'unreadable':
      return unreadableItem(node.run);
  }
}

function groupItem(
  label: string,
  description: string,
  {
    context,
    icon,
    tooltip,
    fullLabel = label,
  }: { readonly context: string; readonly icon: string; readonly tooltip: string; readonly fullLabel?: string },
): vscode.TreeItem {
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Expanded);
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  item.contextValue = context;
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: `${fullLabel}, ${description}` };
  return item;
}

function runItem(
  { run, label, fullLabel, description }: RunLeaf,
  choice: RunChoice,
  extensionUri: vscode.Uri,
): vscode.TreeItem {
  const { record } = run;
  const mark = markOf(choice.chosen, record.id);
  const item = new vscode.TreeItem(label);
  item.resourceUri = vscode.Uri.from({ scheme: runScheme, path: record.id });
  item.description = description;
  item.iconPath = runIcon(run, extensionUri);
  item.contextValue = contextValueOf(run);
  item.tooltip = runTooltip(run, fullLabel);
  item.checkboxState = {
    state: mark ? vscode.TreeItemCheckboxState.Checked : vscode.TreeItemCheckboxState.Unchecked,
    tooltip: mark ? l10n.t`Remove from comparison` : l10n.t`Add to comparison`,
    accessibilityInformation: { label: l10n.t`In the comparison`, role: 'checkbox' },
  };
  item.accessibilityInformation = {
    label: mark
      ? l10n.t`${fullLabel}, ${description}, run ${mark.badge} in the comparison`
      : `${fullLabel}, ${description}`,
  };
  item.command = { command: 'promptTuner.openRun', title: l10n.t`Open Run`, arguments: [run] };
  return item;
}

function runIcon({ record }: WatchedRun, extensionUri: vscode.Uri): vscode.TreeItem['iconPath'] {
  if (record.status === 'running') return new vscode.ThemeIcon('loading~spin');
  if (record.status === 'queued') return new vscode.ThemeIcon('clock');
  if (record.status === 'failed') return new vscode.ThemeIcon('error', new vscode.ThemeColor('list.errorForeground'));
  if (record.status === 'lost')
    return new vscode.ThemeIcon('debug-disconnect', new vscode.ThemeColor('list.warningForeground'));
  return methodIcon(record.method, extensionUri);
}

/** The beginning of a hash, enough to distinguish two. */
function hash(sha256: string | undefined): string {
  return (sha256 ?? '').slice(0, 12);
}

function resultText({ result }: WatchedRun['record']): string | undefined {
  if (!result) return undefined;
  const metrics = measuredMetrics(result).filter(({ value }) => Number.isFinite(value));
  const words = metrics.map(({ name, value, interval, scale }) => {
    const ends = interval ? ` (${metricInterval(interval, scale)})` : '';
    return `${name} ${metricNumber(value, scale)}${ends}`;
  });
  return words.length > 0 ? l10n.t`${clauses(words)} on ${measuredRows(result)}` : undefined;
}

/** Settings that a tooltip shows; the run page has them all. */
const shownSettings = ['length', 'learningRate', 'steps', 'batchSize', 'optimizer', 'seed'] as const;

function runTooltip({ record, folder, ticket, changed }: WatchedRun, title: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(undefined, true);
  const { settings, data, model, template } = record;
  const facts: readonly (readonly [string, string | undefined])[] = [
    [l10n.t`Run`, title],
    [l10n.t`Note`, record.note],
    [
      l10n.t`Status`,
      [
        ...(record.status === 'running' || record.status === 'done' ? [stateWord(record.status)] : []),
        ...describeState(record, ticket).map((part) => (part === stateWord('lost') ? lostText() : part)),
      ].join(' · '),
    ],
    [l10n.t`Where`, slurmStays(record)],
    [l10n.t`Time left`, durationLeft(record)],
    [l10n.t`Error`, record.error?.message],
    [l10n.t`Method`, methodTitles[record.method]],
    [l10n.t`Result`, resultText(record)],
    [l10n.t`Of an older text`, changed && l10n.t`${listed(changed)} changed since`],
    [l10n.t`Not produced here`, record.given && l10n.t`from ${record.given.file} (${hash(record.given.sha256)})`],
    [l10n.t`Model`, model.id && `${model.id}${model.sha256 ? ` (${hash(model.sha256)})` : ''}`],
    [l10n.t`Form of the prompt`, record.form && formText(record.form)],
    [
      l10n.t`Settings`,
      trains(record.method)
        ? shownSettings.map((name) => `${name} ${settingText(settings, name)}`).join(', ')
        : undefined,
    ],
    [l10n.t`Learning rate in force`, record.learningRate?.toString()],
    [l10n.t`Template`, `${template.path} (${hash(template.sha256)})`],
    ...Object.entries(data).map(([split, file]): readonly [string, string] => [
      l10n.t`Rows of ${split}`,
      `${file.rows} (${hash(file.sha256)})`,
    ]),
    [l10n.t`Started`, dateAndTime(record.started ?? record.created)],
    [l10n.t`Folder`, folder],
  ];
  for (const [name, value] of facts) {
    if (value) text.appendMarkdown(`**${name}**: `).appendText(value).appendMarkdown('  \n');
  }
  return text;
}

/** Where a run with Slurm has been at work. */
function slurmStays({ allocations }: WatchedRun['record']): string | undefined {
  return (
    allocations && clauses(allocations.map(({ job, host, step }) => l10n.t`Slurm ${job} on ${host} from step ${step}`))
  );
}

function unreadableItem(run: UnreadableRun): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.Uri.file(run.folder));
  item.description = l10n.t`cannot be read`;
  item.tooltip = run.problem;
  item.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  item.contextValue = 'unreadable';
  return item;
}
