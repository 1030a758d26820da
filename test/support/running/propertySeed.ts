// The same examples every time, so that what fails can be run again; PROMPT_TUNER_SEED=7 looks at others.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.PROMPT_TUNER_SEED ?? 1) });
