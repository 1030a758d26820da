// Loaded before a program: stops its process the first time that it has printed a certain text or written it to a file.
// Whoever wants to do something to it there finds it there, however late he looks, and lets it go on with SIGCONT.
const { open } = require('node:fs/promises');

const text = process.env.PROMPT_TUNER_STOP_AT;
// What it starts itself goes on.
delete process.env.PROMPT_TUNER_STOP_AT;
let hasStopped = text === undefined;

function stopAfter(written) {
  if (hasStopped || !String(written).includes(text)) return;
  hasStopped = true;
  process.kill(process.pid, 'SIGSTOP');
}

const print = process.stdout.write;
process.stdout.write = function write(chunk, ...rest) {
  const isThrough = print.call(this, chunk, ...rest);
  stopAfter(chunk);
  return isThrough;
};

if (!hasStopped)
  void open(__filename).then(async (file) => {
    const handle = Object.getPrototypeOf(file);
    const { writeFile } = handle;
    handle.writeFile = async function write(data, ...rest) {
      await writeFile.call(this, data, ...rest);
      stopAfter(data);
    };
    await file.close();
  });
