import { basename } from 'node:path';
import type { RunRecord } from '../../runs/record/record';
import { resolveSettings } from '../../template/read/resolveSettings';
import { readTemplate } from '../../template/read/template';
import type { Method } from '../../template/settings/settings';
import { writtenSetting } from '../../template/settings/settingText';

/** The command that makes the run again. Auto learning rates were found by the sweep and are found by it again. */
export function repeatCommand(record: RunRecord): string {
  const { given } = record;
  if (given) {
    const split = record.result ? ` --split ${record.result.split}` : '';
    const named = `--predictions ${quote(basename(given.file))}${split} --name ${quote(given.name)}`;
    return `prompt-tuner score ${quote(basename(record.template.path))} ${named}`;
  }
  const file = quote(basename(record.template.path));
  const set = overridesOf(record)
    .map(([name, value]) => ` --set ${quote(`tune.${name}=${value}`)}`)
    .join('');
  return record.method === 'hard'
    ? `prompt-tuner evaluate ${file} --method hard${set}`
    : `prompt-tuner train ${file} --method ${record.method}${set}`;
}

function overridesOf({ template, method, settings }: RunRecord): readonly (readonly [string, string])[] {
  const resolved = defaultsOf(template, method === 'answers' ? 'hard' : method);
  return Object.entries(settings)
    .filter(([name]) => !['method', 'data', 'labels', 'seeds'].includes(name))
    .map(([name, value]) => [name, writtenSetting(value)] as const)
    .filter(
      ([name, value]) =>
        !(resolved && writtenSetting((resolved as unknown as Readonly<Record<string, unknown>>)[name]) === value),
    )
    .filter(([name]) => method !== 'hard' || name === 'maxLength');
}

/** What the template gives by itself; undefined when it cannot be read any more, and then every setting is named. */
function defaultsOf({ text, path, partials }: RunRecord['template'], method: Method) {
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
