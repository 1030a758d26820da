import { basename, join } from 'node:path';
import type { Dataset, Row } from '../data/dataset';
import { Failure } from '../failure';
import { openGenerator, type Generator } from '../decoding/generator';
import { answerOptions } from '../scoring/answerOptions';
import { requireNumbers, scoreRows } from '../scoring/scoreSplit';
import { encodeRows, type Example } from '../objective/example';
import { openObjective, type OpenObjective } from '../objective/objective';
import type { SoftPrompt } from '../objective/prompt';
import { closeTask } from '../objective/rows/splits';
import { batchOptions } from '../objective/batch';
import type { InputAnswer } from './inspectorAnswers';
import { openAdapter } from '../runs/work/openAdapter';
import { openTask, requireFitting, type OpenTask } from '../runs/work/openTask';
import { modelDifference, requireMeant } from '../runs/work/sameSubject';
import { dayOfRun, formDifference, formOf } from '../objective/recordedForm';
import { recordedTemplate } from '../runs/record/recordedTemplate';
import { requireProduced } from '../runs/record/producedRun';
import { readRun } from '../runs/store/runFolder';

/** Answers typed inputs with the prompts of runs; what it opens for a run stays open for the next input. */
export interface InputAnswerer {
  /**
   * @throws Failure when the run's template, data, model or adapter cannot be used; "outdated" once another input is
   * asked about
   */
  answer(folder: string, input: Readonly<Record<string, string>>): Promise<InputAnswer>;
  close(): Promise<void>;
}

interface Subject extends OpenTask {
  readonly prompt?: SoftPrompt;
}

/** What runs of one model share. */
interface Engine {
  readonly objective: OpenObjective;
  generator?: Generator;
}

export function createInputAnswerer(): InputAnswerer {
  const subjects = new Map<string, Promise<Subject>>();
  const engines = new Map<string, Engine>();

  const subjectOf = (folder: string): Promise<Subject> => {
    const known = subjects.get(folder);
    if (known) return known;
    const opening = openSubject(folder);
    subjects.set(folder, opening);
    // What failed may work later: a model may be put where it was missing.
    opening.catch(() => subjects.delete(folder));
    return opening;
  };

  const engineOf = ({ model }: Subject): Engine => {
    const known = engines.get(model.sha256);
    if (known) return known;
    const engine = { objective: openObjective(model) };
    engines.set(model.sha256, engine);
    return engine;
  };

  // An answer may take long, and whoever types on has asked something else.
  let asked: { readonly input: string; readonly controller: AbortController } | undefined;
  const signalFor = (input: string): AbortSignal => {
    if (asked?.input !== input) {
      asked?.controller.abort(outdated());
      asked = { input, controller: new AbortController() };
    }
    return asked.controller.signal;
  };

  return {
    async answer(folder, input) {
      const signal = signalFor(JSON.stringify(input));
      const subject = await subjectOf(folder);
      const { task, model } = subject;
      const [example] = await encodeRows(
        task,
        model,
        oneRow({ ...input, [task.answerField]: task.labels[0] ?? '–' }),
        [0],
      );
      const engine = engineOf(subject);
      const began = performance.now();
      const said =
        task.labels.length > 0
          ? await classify(subject, example!, engine)
          : await generate(subject, example!, { engine, signal });
      return {
        run: basename(folder),
        ...said,
        promptTokens: example!.prompt.length + task.prefixRows,
        seconds: (performance.now() - began) / 1000,
      };
    },
    async close() {
      for (const { objective, generator } of engines.values()) {
        await objective.close();
        await generator?.close();
      }
      engines.clear();
      subjects.clear();
    },
  };
}

const outdated = (): Failure => new Failure('outdated', 'Another input was asked about meanwhile.');

/** The run's prompt as it was measured: its own text, its settings, what it learned. */
async function openSubject(folder: string): Promise<Subject> {
  const record = await readRun(folder);
  requireProduced(record, folder, 'ask');
  const template = recordedTemplate(record);
  const opened = await openTask(template, record.settings, dayOfRun(record));
  // The rows are not needed any more: what is answered comes from a person.
  await closeTask(opened.task);
  const differences = [
    modelDifference(record.model, opened.model),
    formDifference(record.form, formOf(opened.task)),
  ].filter((difference) => difference !== undefined);
  requireMeant(differences, { run: record.id, file: template.path, isMeant: false });
  if (record.method === 'hard') return opened;
  const adapterFolder = join(folder, 'adapter');
  const { prompt } = await openAdapter(adapterFolder);
  requireFitting(prompt, opened, adapterFolder);
  return { ...opened, prompt };
}

/** A data file that has one row and is none. */
function oneRow(row: Row): Dataset {
  return {
    path: 'the input',
    columns: Object.keys(row),
    repeatedColumns: [],
    rows: 1,
    sha256: '',
    read: (indices) => Promise.resolve(indices.map(() => row)),
    async *all() {
      yield row;
    },
    lineOf: () => 1,
    close: () => Promise.resolve(),
  };
}

async function classify(
  { task, model, prompt }: Subject,
  example: Example,
  { objective }: Engine,
): Promise<Pick<InputAnswer, 'answer' | 'probabilities'>> {
  const source = { rows: 1, examples: () => Promise.resolve([example]) };
  for await (const {
    rows: [scored],
  } of scoreRows({ task, objective, batch: batchOptions(task, model, 'scoring'), source, rows: 1 }, prompt)) {
    requireNumbers([scored!], () => ({}));
    const probabilities = task.labels.map((label, i) => ({ label, probability: scored!.probabilities[i]! }));
    return { probabilities, answer: task.labels[scored!.predicted] ?? '' };
  }
  throw new Error('A source with one row gave none.');
}

async function generate(
  { task, model, prompt }: Subject,
  example: Example,
  { engine, signal }: { readonly engine: Engine; readonly signal: AbortSignal },
): Promise<Pick<InputAnswer, 'answer' | 'probabilities'>> {
  engine.generator ??= await openGenerator(model);
  const [answer] = await engine.generator.generate([example.prompt], prompt, {
    ...answerOptions(task, model),
    signal,
  });
  return { probabilities: [], answer: answer!.text.trim() };
}
