import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { makeRuns } from './manyRuns';

export { makeRuns };

const pauseMilliseconds = 3000;
/** Share of a pause in which a host at rest works: it answers the window. */
const restingShare = 0.1;

/** Called by VS Code in its extension host: says what the host holds, once the window has asked and it is at rest. */
export async function run(): Promise<void> {
  const exchange = process.env.PROMPT_TUNER_EXCHANGE!;
  while (!existsSync(join(exchange, 'listed'))) await setTimeout(100);
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (;;) {
    const before = process.cpuUsage();
    await setTimeout(pauseMilliseconds);
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 < restingShare * pauseMilliseconds) break;
  }
  collect();
  await setTimeout(pauseMilliseconds);
  collect();
  const { heapUsed, external, rss } = process.memoryUsage();
  writeFileSync(join(exchange, 'part'), JSON.stringify({ heapUsed, external, rss }));
  renameSync(join(exchange, 'part'), join(exchange, 'memory.json'));
  await setTimeout(600_000);
}
