import { basename } from 'node:path';
import { resolveSettings } from '../../template/read/resolveSettings';
import { readTemplate } from '../../template/read/template';
import type { ComparedStudy } from '../taskComparison';
import { count, fraction } from '../../formatNumbers';
import type { RunRecord } from '../../runs/store/record';
import { escapeHtml } from './reportCharts';
import { writtenSetting } from '../../template/settings/settingText';

/** Model, data, versions, and a command for each run with every setting that the template or the defaults do not give. */
export function repeatSection(studies: readonly ComparedStudy[]): string {
  const records = studies.flatMap(({ entry }) => entry.trials.map(({ record }) => record));
  const models = new Set(
    records.map(
      ({ model }) =>
        `<li>Model <code>${escapeHtml(model.id)}</code>, ${count(model.parameters)} frozen weights ${hash(model.sha256)}</li>`,
    ),
  );
  const files = new Set(
    records.flatMap(({ data }) =>
      (['train', 'dev', 'test'] as const).flatMap((split) => {
        const part = data[split];
        return part
          ? [
              `<li>${split}: ${count(part.rows)} rows of <code>${escapeHtml(basename(part.path))}</code> ${hash(part.sha256)}</li>`,
            ]
          : [];
      }),
    ),
  );
  const templates = new Set(
    records.map(
      ({ template }) =>
        `<li>Template <code>${escapeHtml(basename(template.path))}</code> ${hash(template.sha256)}</li>`,
    ),
  );
  const rows = records
    .map(
      (record) =>
        `<tr><td><code>${escapeHtml(record.id)}</code></td><td><code>${commandOf(record)
          .split(/ (?=--)/)
          .map((words) => `<span class="word">${escapeHtml(words)}</span>`)
          .join(' ')}</code></td><td>${escapeHtml(keptOf(record))}</td></tr>`,
    )
    .join('');
  return `<ul>${[...models, ...templates, ...files].join('')}</ul>
<div class="wide"><table class="texts commands"><thead><tr><th scope="col">Run</th><th scope="col">Command</th><th scope="col">Kept</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function hash(sha256: string): string {
  return `<span class="quiet">sha256 <span class="hash">${escapeHtml(sha256)}</span></span>`;
}

/** The command that makes the run again. Auto learning rates were found by the sweep and are found by it again. */
export function commandOf(record: RunRecord): string {
  const file = quote(basename(record.template.path));
  const set = overridesOf(record)
    .map(([name, value]) => ` --set ${quote(`tune.${name}=${value}`)}`)
    .join('');
  return record.method === 'hard'
    ? `prompt-tuner evaluate ${file} --method hard${set}`
    : `prompt-tuner train ${file} --method ${record.method}${set}`;
}

function overridesOf({ template, method, settings }: RunRecord): readonly (readonly [string, string])[] {
  const resolved = defaultsOf(template, method);
  return Object.entries(settings)
    .filter(([name]) => !['method', 'data', 'labels', 'seeds'].includes(name))
    .map(([name, value]) => [name, writtenSetting(value)] as const)
    .filter(
      ([name, value]) =>
        !(resolved && writtenSetting((resolved as unknown as Readonly<Record<string, unknown>>)[name]) === value),
    )
    .filter(([name]) => method !== 'hard' || name === 'maxLength');
}

/** What the template gives without anything said; undefined when it cannot be read any more, and then every setting is said. */
function defaultsOf({ text, path, partials }: RunRecord['template'], method: RunRecord['method']) {
  try {
    const { template } = readTemplate(text, path, (name) => partials?.[name]);
    return template && resolveSettings(template, method, {});
  } catch {
    return undefined;
  }
}

/** For a POSIX shell. */
function quote(text: string): string {
  return /^[\w./=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

function keptOf({ best, learningRate, settings, status, result, method }: RunRecord): string {
  if (!result) return status;
  if (method === 'hard') return '';
  const rate =
    learningRate === undefined
      ? []
      : [
          `${settings.blackBox ? 'black box, first step size' : 'learning rate'} ${learningRate}${settings.learningRate === 'auto' ? ' (found by the sweep)' : ''}`,
        ];
  return [
    ...rate,
    ...(best ? [`kept step ${best.step} of ${settings.steps} (dev loss ${fraction(best.loss)})`] : []),
  ].join(', ');
}
