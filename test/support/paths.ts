import { join } from 'node:path';

/** The top of the repository, wherever a test that asks stands. */
export const repository = join(__dirname, '..', '..');

/** Tiny random models that the exporters wrote, with PyTorch's numbers beside each. */
export const architectures = join(repository, 'test', 'engine', 'architectures');

/** What tests share: recorded numbers, and the scripts that made them. */
export const support = __dirname;
