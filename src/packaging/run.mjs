// `npm run package`: an archive for this machine. `-- --target linux-x64 --target universal`: for those.
// `-- --all`: for every platform and the universal one. `npm run build` comes first.
import { parseArgs } from 'node:util';
import { pack } from './pack.mjs';
import { platforms, thisPlatform, universal, whyNotPackaged } from './runtimes.mjs';

const { values } = parseArgs({ options: { all: { type: 'boolean' }, target: { type: 'string', multiple: true } } });
const asked = values.all ? [...platforms, universal] : (values.target ?? [thisPlatform]);
const refused = asked.flatMap((platform) => {
  const why = platform === universal ? undefined : whyNotPackaged(platform);
  return why ? [{ platform, why }] : [];
});
for (const { platform, why } of refused) console.log(`${platform.padEnd(14)} left out: ${why}`);
for (const platform of asked.filter((each) => !refused.some((other) => other.platform === each))) {
  const { archive, bytes } = await pack(platform);
  console.log(`${platform.padEnd(14)} ${String(Math.round(bytes / 1e5) / 10).padStart(5)} MB  ${archive}`);
}
// Of all platforms some may be lacking; one that was asked for may not.
if (refused.length > 0 && !values.all) process.exitCode = 1;
