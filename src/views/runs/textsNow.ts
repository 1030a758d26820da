import { readFile } from 'node:fs/promises';
import type { RunRecord } from '../../runs/record/record';
import { changesSince } from '../../runs/work/changesSince';
import { partialReader } from '../../template/read/partials';
import { readTemplate, type PromptTemplate } from '../../template/read/template';
import { withoutByteOrderMark } from '../../template/text/byteOrderMark';

/** A template's file as it was last looked at. */
interface TextNow {
  readonly text: string;
  readonly partials: ReadonlyMap<string, string | undefined>;
  /** Undefined where the file holds an error. */
  readonly template: PromptTemplate | undefined;
  /** What was found of runs with this text, by all that it depends on. */
  readonly found: Map<string, readonly string[]>;
}

/** Says of runs in what the files of their templates ask otherwise by now; parses a text only when it has changed. */
export interface TextsNow {
  /** Looks at the files. @returns says it of a run: noun phrases; empty where nothing changed or the file is gone */
  look(runs: readonly RunRecord[]): Promise<(run: RunRecord) => readonly string[]>;
}

const nothing: readonly string[] = [];

export function createTextsNow(): TextsNow {
  let texts: ReadonlyMap<string, TextNow> = new Map();
  return {
    async look(runs) {
      const paths = [...new Set(runs.filter(({ result }) => result).map(({ template }) => template.path))];
      const read = await Promise.all(paths.map(async (path) => [path, await textNow(path, texts.get(path))] as const));
      texts = new Map(read.flatMap(([path, now]) => (now ? [[path, now] as const] : [])));
      return (run) => {
        const now = run.result && texts.get(run.template.path);
        if (!now) return nothing;
        const { template, settings, method, rewritten } = run;
        const key = JSON.stringify([method, template.text, template.partials, rewritten?.text, settings]);
        const known = now.found.get(key) ?? changesSince(run, now.template);
        now.found.set(key, known);
        return known;
      };
    },
  };
}

async function textNow(path: string, before: TextNow | undefined): Promise<TextNow | undefined> {
  const text = await readFile(path, 'utf8').then(withoutByteOrderMark, () => undefined);
  if (text === undefined) return undefined;
  const reader = partialReader(path);
  if (before?.text === text && [...before.partials].every(([name, partial]) => reader(name) === partial)) return before;
  const partials = new Map<string, string | undefined>();
  const { template } = readTemplate(text, path, (name) => {
    if (!partials.has(name)) partials.set(name, reader(name));
    return partials.get(name);
  });
  return { text, partials, template, found: new Map() };
}
