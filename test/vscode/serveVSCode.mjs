import { spawn, execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { removeFolder } from '../support/running/removeFolder.mjs';
import { until } from '../support/running/until.mjs';

/** Milliseconds after which a server that does not end by itself is ended: what it has started outlives that. */
const longestStop = 60_000;

/** VS Code 1.100.3, the newest that runs on Node 20. */
const version = '4.100.3';
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'prompt-tuner', 'code-server');
const server = join(cache, 'node_modules', 'code-server');
const installed = join(cache, `installed-${version}`);

/**
 * Starts the browser edition of VS Code with our extension on a folder.
 * @param trusted whether the folder is trusted without asking
 * @param extensions further extensions: the texts of their files, by folder and name
 * @returns where to open it, the folder of its settings and logs, what the process that runs extensions said when it
 * died, and how to end it
 */
export async function serveVSCode({ folder, settings = {}, tests, environment = {}, trusted = true, extensions = {} }) {
  installVSCode();
  const home = mkdtempSync(join(tmpdir(), 'prompt-tuner-vscode-'));
  mkdirSync(join(home, 'data', 'User'), { recursive: true });
  writeFileSync(join(home, 'data', 'User', 'settings.json'), JSON.stringify(settings));
  for (const [name, files] of Object.entries(extensions)) {
    mkdirSync(join(home, 'extensions', name), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(home, 'extensions', name, file), text);
  }
  const port = await freePort();
  const child = spawn(
    process.execPath,
    [
      join(server, 'out', 'node', 'entry.js'),
      '--auth',
      'none',
      '--bind-addr',
      `127.0.0.1:${port}`,
      '--user-data-dir',
      join(home, 'data'),
      '--extensions-dir',
      join(home, 'extensions'),
      '--disable-telemetry',
      '--disable-update-check',
      ...(trusted ? ['--disable-workspace-trust'] : []),
      resolve(folder),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...cleanEnvironment(), ...environment } },
  );
  const output = [];
  child.stdout.on('data', (chunk) => output.push(chunk));
  child.stderr.on('data', (chunk) => output.push(chunk));
  const ended = new Promise((done) => child.once('exit', done));
  await answers(`http://127.0.0.1:${port}/healthz`, child, output).catch((error) => {
    child.kill();
    throw error;
  });

  const remote = (path) => `vscode-remote://127.0.0.1:${port}${resolve(path)}`;
  const payload = [
    ['extensionDevelopmentPath', remote('.')],
    ...(tests ? [['extensionTestsPath', remote(tests)]] : []),
  ];
  const query = new URLSearchParams({ folder: resolve(folder), payload: JSON.stringify(payload) });
  return {
    home,
    url: `http://127.0.0.1:${port}/?${query}`,
    output: () => Buffer.concat(output).toString(),
    ended,
    lostHost: seldom(() => lostHost(join(home, 'data', 'logs'))),
    async stop() {
      child.kill();
      // The timer must not keep this process alive once the server has ended.
      await Promise.race([ended, pause(longestStop, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await removeFolder(home);
    },
  };
}

/** Looks once a second at most, however often it is asked, and says what was seen last. */
function seldom(look) {
  let [seen, next] = [undefined, 0];
  return () => {
    if (Date.now() >= next) [seen, next] = [look(), Date.now() + 1000];
    return seen;
  };
}

/** What the server noted of the end of an extension host that did not end by itself; empty while there is none. */
function lostHost(logs) {
  const [newest] = existsSync(logs) ? readdirSync(logs).sort().reverse() : [];
  const log = newest && join(logs, newest, 'remoteagent.log');
  const text = log && existsSync(log) ? readFileSync(log, 'utf8') : '';
  return /Extension Host Process exited with code: (?!0\b)/.test(text) ? text.slice(-4000) : '';
}

/** Installs a packed extension as a person does. @param folder where this VS Code keeps its extensions */
export function installExtension(archive, folder) {
  installVSCode();
  const words = ['--extensions-dir', resolve(folder), '--install-extension', resolve(archive)];
  execFileSync(process.execPath, [join(server, 'out', 'node', 'entry.js'), ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: cleanEnvironment(),
  });
}

/** Installs it once. Its own script wants a binary from elsewhere, so only the native parts that it needs are built. */
function installVSCode() {
  if (existsSync(installed)) return;
  console.log(`Installing code-server ${version} into ${cache} (once, about a minute).`);
  mkdirSync(cache, { recursive: true });
  writeFileSync(join(cache, 'package.json'), JSON.stringify({ private: true }));
  const inner = join(server, 'lib', 'vscode');
  npm(cache, 'install', '--ignore-scripts', `code-server@${version}`);
  npm(cache, 'rebuild', '--ignore-scripts=false', 'argon2');
  npm(inner, 'install', '--omit=dev', '--ignore-scripts', '--no-package-lock');
  npm(
    inner,
    'rebuild',
    '--ignore-scripts=false',
    '@vscode/spdlog',
    'node-pty',
    'native-watchdog',
    '@parcel/watcher',
    '@vscode/deviceid',
  );
  rmSync(join(inner, 'node_modules.asar'), { force: true });
  symlinkSync('node_modules', join(inner, 'node_modules.asar'));
  writeFileSync(installed, '');
}

function npm(folder, ...words) {
  execFileSync('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: cleanEnvironment(),
  });
}

/** Our environment without what an editor or an npm script around us has put into it; npm's own settings stay. */
function cleanEnvironment() {
  const foreign = /^(npm_(?!config_)|npm_config_(local_|global_)?prefix$|VSCODE_|ELECTRON_|NODE_OPTIONS$|PORT$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
}

function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer()
      .once('error', fail)
      .listen(0, '127.0.0.1', () => {
        const { port } = probe.address();
        probe.close(() => done(port));
      });
  });
}

async function answers(address, child, output) {
  const state = await until(
    'VS Code to start',
    async () => (child.exitCode !== null ? 'ended' : (await fetch(address)).ok && 'answers'),
    { seen: () => Buffer.concat(output).toString() },
  );
  if (state === 'ended') throw new Error(`VS Code did not start:\n${Buffer.concat(output)}`);
}
