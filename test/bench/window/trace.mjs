const categories = ['toplevel', 'blink.user_timing', 'devtools.timeline'];

/**
 * What the browser does during some work, by Chromium's own trace. Processor time is what a page costs whatever else
 * the machine is busy with; a task's wall time is what a person waits there.
 * @returns what the work returned; `main` and `others`, the tasks of the page's main thread and of all other threads,
 * each `{ at, wall, processor }` in milliseconds; and `marks`, `{ name, at }`, those that the page set
 */
export async function traced(tab, work) {
  const session = await tab.context().browser().newBrowserCDPSession();
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  const complete = new Promise((done) => session.once('Tracing.tracingComplete', done));
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: categories },
  });
  const result = await work();
  await tab.evaluate(() => performance.mark('traced until here'));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const { pid, tid } = events.findLast(({ name }) => name === 'traced until here');
  const isMain = (event) => event.pid === pid && event.tid === tid;
  const tasks = events.filter(({ ph, name }) => ph === 'X' && name === 'ThreadControllerImpl::RunTask');
  const marks = events.filter((event) => isMain(event) && event.cat === 'blink.user_timing');
  return {
    result,
    main: tasks.filter(isMain).map(taskOf),
    others: tasks.filter((event) => !isMain(event)).map(taskOf),
    marks: marks.map(({ name, ts }) => ({ name, at: ts / 1000 })),
  };
}

/** A thread's processor time has ticks of its own, so that a short task may seem to take more than passed. */
const taskOf = ({ ts, dur, tdur = 0 }) => ({ at: ts / 1000, wall: dur / 1000, processor: Math.min(dur, tdur) / 1000 });

/** The processor time of all tasks that begin between two times. */
export function processorTime(tasks, from = -Infinity, until = Infinity) {
  return tasks.reduce((sum, { at, processor }) => sum + (at >= from && at < until ? processor : 0), 0);
}
