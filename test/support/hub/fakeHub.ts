import { onTestFinished } from 'vitest';
import { openHub, type FakeHub, type FakeRepository } from './hubServer';

export { serveFile, sha256, theCommit, type FakeHub, type FakeRepository, type Mischief } from './hubServer';

/** A hub of our own that is gone after the test. */
export async function fakeHub(repositories: Readonly<Record<string, FakeRepository>>): Promise<FakeHub> {
  const hub = await openHub(repositories);
  onTestFinished(() => hub.close());
  return hub;
}
