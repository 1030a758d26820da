// Stands for the program of the analysis thread: computes without a pause until the file that the token names is there.
const { existsSync, writeFileSync } = require('node:fs');
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ id, request: { token } }) => {
  if (token === 'die') process.exit(7);
  writeFileSync(`${token}.begun`, '');
  while (!existsSync(token));
  const result = { token, studies: [], notes: [] };
  parentPort.postMessage({ mark: 'prompt-tuner', kind: 'result', id, result });
});
