import { join } from 'node:path';
import { createAnalysisThread } from './inspection/threads/analysisThread';
import { cleanWeights } from './model/weights/float32Cache';
import { createInspector } from './inspection/inspector';
import { estimateTraining } from './inspection/estimate/estimateTraining';
import { openChannel, type Channel } from './channel/messageChannel';
import { processTransport } from './channel/processTransport';
import { measureHosted, planMeasurement } from './inspection/hosted/measureHosted';
import { createTextMeasuring } from './inspection/measureTexts';
import { planTraining, trainHosted } from './inspection/hosted/trainHosted';
import { scoreNamed } from './inspection/scoreNamed';
import { predictRow } from './inspection/predictRow';
import { editorModelsOf } from './inspection/editorModels';
import { editorSide, protocolVersion, inspectorSide } from './inspection/trainerContract';
import { serveQueue } from './runs/queue/serveQueue';
import type { TrainerSettings } from './runs/queue/trainerFolder';
import type { RunOptions } from './runs/store/runEvent';
import { traceOf } from './classifyError';
import { trainHere } from './runs/separate/trainHere';
import { workSeparately } from './runs/separate/trainSeparately';
import { workOnRun } from './runs/work/workOnRun';
import { confineReading } from './fileAccess';
import { useLanguageOfEnvironment } from './translations';

useLanguageOfEnvironment();

/**
 * The program that the editor and the command line start, in three ways. With `--serve RUNS` it is the queue worker of
 * a runs folder, and outlives the window that started it. With `--train` it trains one run for who has forked it.
 * Forked without arguments it is the inspector process, and ends with its window.
 */
const [mode, runsFolder] = process.argv.slice(2);
if (mode === '--serve' && runsFolder !== undefined) void serve(runsFolder);
else if (mode === '--train') trainHere();
else answerWindow();

/** Runs that are to be at work at once have a process each, since those of one process only take turns. */
function work(folder: string, options: RunOptions, settings: TrainerSettings): Promise<void> {
  return settings.parallelRuns > 1
    ? workSeparately(folder, options, { module: process.argv[1]!, settings })
    : workOnRun(folder, options);
}

async function serve(folder: string): Promise<void> {
  const log = (line: string) => process.stdout.write(`${new Date().toISOString()} ${line}\n`);
  const ending = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort());
  // Whoever started this may have closed the terminal or the pipe that its words went to.
  process.on('SIGHUP', () => undefined);
  process.stdout.on('error', () => undefined);
  try {
    log(`The trainer ${process.pid} begins with ${folder}.`);
    for (const name of await cleanWeights()) log(`The converted weights ${name} are no longer used and were removed.`);
    const end = await serveQueue(folder, { work, log, signal: ending.signal });
    log(`The trainer ${process.pid} ends: ${end}.`);
    process.exit(0);
  } catch (error) {
    log(traceOf(error));
    process.exit(1);
  }
}

function answerWindow(): void {
  let turn: Promise<unknown> = Promise.resolve();
  let current: AbortController | undefined;

  /** Answers follow one another: two models in memory at once help nobody. */
  const inTurn = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const mine = turn.then(async () => {
      current = new AbortController();
      return work(current.signal);
    });
    turn = mine.catch(() => undefined);
    return mine;
  };

  const askEditor = editorModelsOf(() => channel);
  const texts = createTextMeasuring(inTurn, (progress) => channel.send('measuring', progress));
  const channel: Channel<typeof inspectorSide, typeof editorSide> = openChannel({
    transport: processTransport(process),
    local: inspectorSide,
    remote: editorSide,
    listeners: {},
    handlers: {
      ...createInspector(createAnalysisThread(join(__dirname, 'analysis.js'))),
      confine: ({ within }) => confineReading(within),
      predict: (request) => inTurn((signal) => predictRow(request, signal)),
      measure: (request) => inTurn((signal) => estimateTraining(request, signal)),
      measureText: (asked) => texts.measure(asked),
      stopMeasuring: (asked) => texts.stop(asked),
      // These wait for a server most of the time, and keep nobody from his turn.
      planHosted: (request) => planMeasurement(request, askEditor),
      measureHosted: (request) => measureHosted(request, askEditor),
      planProposals: (request) => planTraining(request, askEditor),
      trainHosted: (request) => inTurn((signal) => trainHosted(request, { askEditor, signal })),
      score: (request) => inTurn(() => scoreNamed(request)),
      stop: () => current?.abort(),
    },
    onRefused: (what) => channel.send('log', { line: what }),
  });
  process.on('disconnect', () => process.exit(0));
  channel.send('ready', { version: protocolVersion });
}
