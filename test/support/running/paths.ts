import { join } from 'node:path';

/** The top of the repository, wherever a test that asks stands. */
export const repository = join(__dirname, '../../..');

/** Tiny models, with the numbers that PyTorch and PEFT computed with each. */
export const models = join(repository, 'test', 'models');

/** What tests share: recorded numbers, and the scripts that made them. */
export const support = join(__dirname, '..');
