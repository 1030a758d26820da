// Opens the example workspace in a VS Code with this extension: the desktop's where there is one, else the browser's.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { serveVSCode } from './serveVSCode.mjs';

const workspace = 'media/examples';

function desktopCode() {
  const names = process.platform === 'win32' ? ['code.cmd'] : ['code'];
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
}

const code = desktopCode();
if (code) {
  console.log(`Opening ${workspace} in ${code}.`);
  const opened = spawn(
    `"${code}"`,
    ['--new-window', `--extensionDevelopmentPath="${resolve('.')}"`, `"${resolve(workspace)}"`],
    { stdio: 'inherit', shell: true },
  );
  opened.on('exit', (status) => {
    process.exitCode = status ?? 1;
  });
} else {
  const server = await serveVSCode({ folder: workspace });
  console.log(`No desktop VS Code on the path. Open this address in a browser; Ctrl+C ends it:\n\n  ${server.url}\n`);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => void server.stop());
  await server.ended;
}
