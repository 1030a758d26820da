import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { sha256 } from '../../files/sha256';
import type { RunRecord } from '../../runs/record/record';
import { changesSince } from '../../runs/work/study/changesSince';
import { partialReader } from '../../template/read/partials';
import { readTemplate, type PromptTemplate } from '../../template/read/template';
import { withoutByteOrderMark } from '../../template/text/byteOrderMark';

/** A template's file as it was last looked at. */
interface TextNow {
  readonly text: string;
  readonly partials: ReadonlyMap<string, string | undefined>;
  /** Undefined where the file holds an error. */
  readonly template: PromptTemplate | undefined;
  /** What was found of runs with this text, by the run, and by all that it depends on. */
  readonly ofRun: WeakMap<RunRecord, readonly string[]>;
  readonly found: Map<string, readonly string[]>;
}

/** Says of runs in what the files of their templates ask otherwise by now; parses a text only when it has changed. */
export interface TextsNow {
  /**
   * Looks at the files, and compares what has not been compared yet a few runs at a time, so that others have their
   * turn.
   * @param onWait called once where that takes more than one turn
   * @returns says it of a run: noun phrases; empty where nothing changed or the file is gone
   */
  look(runs: readonly RunRecord[], onWait?: () => void): Promise<(run: RunRecord) => readonly string[]>;
}

/** Runs that are compared in one turn of the event loop: some milliseconds each. */
const comparedAtOnce = 8;

const nothing: readonly string[] = [];

export function createTextsNow(): TextsNow {
  let texts: ReadonlyMap<string, TextNow> = new Map();
  return {
    async look(runs, onWait) {
      const paths = [...new Set(runs.filter(({ result }) => result).map(({ template }) => template.path))];
      const read = await Promise.all(paths.map(async (path) => [path, await textNow(path, texts.get(path))] as const));
      texts = new Map(read.flatMap(([path, now]) => (now ? [[path, now] as const] : [])));
      let [compared, waited] = [0, false];
      for (const run of runs) {
        const now = run.result && texts.get(run.template.path);
        if (!now || now.ofRun.has(run)) continue;
        const question = questionOf(run);
        let changes = now.found.get(question);
        if (!changes) {
          if (compared > 0 && compared % comparedAtOnce === 0) {
            if (!waited) onWait?.();
            waited = true;
            await setImmediate();
          }
          compared++;
          changes = changesSince(run, now.template);
          now.found.set(question, changes);
        }
        now.ofRun.set(run, changes);
      }
      return (run) => (run.result && texts.get(run.template.path)?.ofRun.get(run)) || nothing;
    },
  };
}

/** All that the answer depends on beside the file; a hash, since a run's text may be long. */
const questionOf = ({ template, settings, method, rewritten, form }: RunRecord): string =>
  sha256(JSON.stringify([method, template.text, template.partials, rewritten?.text, settings, form]));

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
  return { text, partials, template, ofRun: new WeakMap(), found: new Map() };
}
