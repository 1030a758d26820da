import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../../../src/endpoint/endpoint';
import { listEndpointModels } from '../../../src/endpoint/listEndpointModels';
import { startEndpoint, type Answer } from '../../support/standIns/endpointServer';

const endpoint = (address: string, key?: string): Endpoint => ({
  name: 'mine',
  address,
  query: { version: '2' },
  key,
  concurrency: 1,
  requestsPerMinute: 0,
  retries: 0,
  timeoutSeconds: 1,
});

const listed = async (answer: Answer, key?: string) => {
  const server = await startEndpoint(() => answer);
  return { server, models: listEndpointModels(endpoint(server.address, key)) };
};

describe('the models that an endpoint offers', () => {
  it('are those of its list, once each and in order, asked for with its key and its query', async () => {
    const data = ['qwen3:8b', 'llama3', 'llama3'].map((id) => ({ id, object: 'model' }));
    const { server, models } = await listed({ body: { object: 'list', data } }, 'secret');
    expect(await models).toEqual(['llama3', 'qwen3:8b']);
    expect(server.seen[0]).toMatchObject({
      path: '/v1/models?version=2',
      headers: { authorization: 'Bearer secret' },
    });
  });

  it('are asked for without a key where there is none', async () => {
    const { server, models } = await listed({ body: { data: [] } });
    expect(await models).toEqual([]);
    expect(server.seen[0]!.headers.authorization).toBeUndefined();
  });

  it.each([
    ['refuses a key', { status: 401, body: {} }, 'secret', /refuses the key\.$/],
    ['asks for one', { status: 403, body: {} }, undefined, /asks for a key\.$/],
    ['answers with a page', { body: '<html>Welcome</html>' }, undefined, /answers with what is no list of models/],
    ['answers with something else', { body: { models: ['a'] } }, undefined, /what is no list of models/],
    ['has no list', { status: 404, body: {} }, undefined, /answers with status 404\.$/],
    ['breaks off', { instead: 'breakOff' }, undefined, /cannot be reached, or breaks off/],
    ['sends elsewhere', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'secret', /cannot be reached/],
  ] as const)('are none of one that %s, which is said in a sentence without the key', async (_, answer, key, said) => {
    const { models } = await listed(answer, key);
    const message = await models.then(
      () => '',
      (error: Error) => error.message,
    );
    expect(message).toMatch(said);
    expect(message).not.toContain('secret');
  });
});
