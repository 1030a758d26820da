// What mocha cannot see, because it dies with the window: a training goes on while the window is reloaded and while
// the extension host is killed.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/running/until.mjs';
import { chooseCommand, pressInPages, shows, untilFrames, visibleText } from './fromOutside.mjs';
import { openWindow } from './openWindow.mjs';
import { serveVSCode } from './serveVSCode.mjs';
import { copyWorkspace, quietSettings } from './workspace.mjs';

/** The training stands still while a window is waited for, however long that takes, so that it outlasts all of them. */
const steps = 400;
const settings = `tune.steps: ${steps}\ntune.batchSize: 2\ntune.learningRate: 0.05\ntune.evalEvery: ${steps / 4}\n`;

/** Drives a real VS Code through both. @returns what became of each test, as the suite writes it */
export async function testReload(browser, artifacts) {
  const workspace = copyWorkspace();
  const runsFolder = join(workspace.folder, '.prompt-tuner', 'runs');
  const template = readFileSync(join(workspace.folder, 'triage', 'triage.prompt'), 'utf8');
  writeFileSync(
    join(workspace.folder, 'triage', 'triage.lasting.prompt'),
    template.replace('model: builtin\n', `model: builtin\n${settings}`),
  );
  const server = await serveVSCode({
    folder: workspace.folder,
    settings: quietSettings,
  });
  const page = await openWindow(browser);
  const tests = [];
  try {
    for (const [title, test] of goingOn(page, server.url, runsFolder)) {
      const left = tests.some(({ state }) => state === 'failed');
      tests.push({ title: `a training ${title}`, ...(left ? { state: 'pending' } : await outcomeOf(test)) });
    }
    const failed = tests.find(({ state }) => state === 'failed');
    if (failed) {
      failed.error += `\nThe window shows:\n${await visibleText(page)}`;
      await page.screenshot({ path: join(artifacts, 'vscode-reload-failed.png') });
    }
  } finally {
    await page.close();
    await server.stop();
    endTrainer(runsFolder);
    await workspace.remove();
  }
  return tests;
}

async function outcomeOf(test) {
  try {
    await test();
    return { state: 'passed' };
  } catch (error) {
    return { state: 'failed', error: error.stack };
  }
}

/** The tests, each of which goes on from the one before. */
function goingOn(page, url, runsFolder) {
  const hosts = [];
  let begun;
  return [
    [
      'is started from the command palette',
      async () => {
        await page.goto(url);
        await page.getByRole('tab', { name: 'Prompt Tuner' }).click();
        await chooseCommand(page, 'Prompt Tuner: Train…');
        await take(page, 'triage.lasting.prompt');
        await page.getByPlaceholder('What is to be learned?').press('Enter');
        await take(page, 'Use These Files');
        await take(page, 'Start Training');
        begun = await until('the first steps', () =>
          onlyRun(
            runsFolder,
            ({ status, progress }) => status === 'running' && progress.phase === 'training' && progress.step > 3,
          ),
        );
        await standingStill(async () => {
          await nextHost();
          if (hosts.includes(begun.process.pid)) throw new Error('the extension host must not train');
          await showsSteps();
        });
      },
    ],
    [
      'goes on in the same process while the window is reloaded, and is found again',
      async () => {
        const { step } = onlyRun(runsFolder).progress;
        await chooseCommand(page, 'Developer: Reload Window');
        await stepsOn(step);
        await standingStill(nextHost);
        await goesOn();
      },
    ],
    [
      'goes on in the same process while the extension host is killed, and is found again',
      async () => {
        const { step } = onlyRun(runsFolder).progress;
        process.kill(hosts.at(-1), 'SIGKILL');
        await stepsOn(step);
        await standingStill(async () => {
          // An installed extension gets its host back by itself; one under development when the window is reloaded.
          await chooseCommand(page, 'Developer: Reload Window');
          await nextHost();
        });
        await goesOn();
      },
    ],
    [
      'ends with a result that the tree shows',
      async () => {
        const run = await until('the end', () => onlyRun(runsFolder, ({ status }) => status !== 'running'));
        if (run.status !== 'done' || run.id !== begun.id || run.progress.step !== steps)
          throw new Error(`The run is ${run.status} at step ${run.progress.step}: ${JSON.stringify(run.error)}`);
        if (run.generation !== begun.generation) throw new Error('The run has changed hands.');
        const trained = readFileSync(join(runsFolder, run.id, 'metrics.jsonl'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line))
          .filter(({ loss }) => loss !== undefined);
        if (trained.some(({ step }, index) => step !== trained[0].step + index))
          throw new Error('A step was left out or taken twice.');
        await shows(page, new RegExp(`triage\\.lasting[\\s\\S]*soft · test acc ${run.result.accuracy.toFixed(2)}`));
      },
    ],
    [
      'is looked at in a comparison that a reload brings back as it was',
      async () => {
        await chooseCommand(page, 'Prompt Tuner: Open Comparison');
        await pressInPages(page, 'Rows', 'tab');
        await untilFrames(page, /\n100 of 100 rows/);
        await pressInPages(page, 'Wrong');
        const wrong = await untilFrames(page, /\n\d\d? of 100 rows/);
        await page.evaluate('window.isBeforeReload = true');
        await chooseCommand(page, 'Developer: Reload Window');
        await until(
          'the window to be another',
          async () => !(await page.evaluate('window.isBeforeReload === true').catch(() => true)),
        );
        await untilFrames(page, new RegExp(`Fixed vs baseline[\\s\\S]*${wrong}`));
        await chooseCommand(page, 'Prompt Tuner: Open Comparison');
        await untilFrames(page, /\n\d\d? of 100 rows/);
        const panels = await page
          .locator('.tab[data-resource-name="Comparison"], .tab[aria-label^="Comparison"]')
          .count();
        if (panels !== 1) throw new Error(`There are ${panels} panels where one was.`);
      },
    ],
  ];

  async function nextHost() {
    hosts.push(
      await until('an extension host that takes part', () => windowsOf(runsFolder).find((pid) => !hosts.includes(pid))),
    );
  }

  function stepsOn(step) {
    return until('a further step', () =>
      onlyRun(runsFolder, ({ progress }) => progress.phase === 'training' && progress.step > step),
    );
  }

  function showsSteps() {
    return shows(page, /triage\.lasting[\s\S]*soft · step \d+\/400[\s\S]*soft \d+ %/);
  }

  /** Work that the training waits for: it is as alive as before, but takes no step. */
  async function standingStill(work) {
    process.kill(begun.process.pid, 'SIGSTOP');
    try {
      await work();
    } finally {
      process.kill(begun.process.pid, 'SIGCONT');
    }
  }

  /** Further than where it is, by the same hands, and on the screen. */
  async function goesOn() {
    const run = await stepsOn(onlyRun(runsFolder).progress.step);
    if (run.status !== 'running')
      throw new Error(`The run is ${run.status} at step ${run.progress.step}, so it did not outlast the window.`);
    if (run.id !== begun.id || run.process.pid !== begun.process.pid)
      throw new Error('Another process has taken the run over.');
    await standingStill(showsSteps);
  }
}

/** Takes an entry of the list that is open or about to open. */
function take(page, label) {
  return page.locator('.quick-input-list .monaco-list-row', { hasText: label }).first().click();
}

/** The record of the one run of the workspace. @returns nothing where it is not (yet) as wanted */
function onlyRun(runsFolder, isWanted = () => true) {
  const [id] = existsSync(runsFolder)
    ? readdirSync(runsFolder).filter((name) => existsSync(join(runsFolder, name, 'run.json')))
    : [];
  const run = id && JSON.parse(readFileSync(join(runsFolder, id, 'run.json'), 'utf8'));
  return run && isWanted(run) ? run : undefined;
}

/** The extension hosts that take part in the runs. */
function windowsOf(runsFolder) {
  const folder = join(runsFolder, '.trainer', 'windows');
  return existsSync(folder)
    ? readdirSync(folder)
        .flatMap((name) => /^(\d+)\.json$/.exec(name)?.[1] ?? [])
        .map(Number)
    : [];
}

/** After a failure the trainer, which outlives the window by design, would go on without anyone to see it. */
function endTrainer(runsFolder) {
  try {
    process.kill(onlyRun(runsFolder, ({ status }) => status === 'running').process.pid, 'SIGKILL');
  } catch {
    // None is at work.
  }
}
