// Stands for the program of a study: says how it was started.
process.stdout.write(
  JSON.stringify({
    threads: process.env.PROMPT_TUNER_THREADS,
    prologue: process.env.OF_PROLOGUE,
    given: process.argv.slice(2),
    folder: process.cwd(),
  }),
);
