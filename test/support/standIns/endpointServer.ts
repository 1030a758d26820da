import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as the server has read it. */
export interface SeenRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
}

/** What a server answers: a status, headers, and a body as JSON or, where it is a text, as it is. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Ends the connection without an answer; or never answers. */
  readonly instead?: 'breakOff' | 'silence';
}

export interface EndpointServer {
  /** `http://127.0.0.1:PORT/v1` */
  readonly address: string;
  readonly seen: SeenRequest[];
  /** Most requests that were under way at once. */
  most(): number;
}

/** An endpoint that answers as it is told, gone after the test. @param answer of the nth request, from 0 */
export async function startEndpoint(
  answer: (request: SeenRequest, n: number) => Answer | Promise<Answer>,
): Promise<EndpointServer> {
  const seen: SeenRequest[] = [];
  let [underWay, most] = [0, 0];
  const server = createServer((request, response) => {
    void (async () => {
      most = Math.max(most, ++underWay);
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const read: SeenRequest = {
        path: request.url ?? '',
        body: JSON.parse(text || '{}') as SeenRequest['body'],
        headers: request.headers,
      };
      seen.push(read);
      const told = await answer(read, seen.length - 1);
      underWay--;
      send(request, response, told);
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}/v1`, seen, most: () => most };
}

function send(request: IncomingMessage, response: ServerResponse, told: Answer): void {
  const { status = 200, headers = {}, body, instead } = told;
  if (instead === 'silence') return;
  if (instead === 'breakOff') {
    request.socket.destroy();
    return;
  }
  const isText = typeof body === 'string';
  response.writeHead(status, { 'content-type': isText ? 'text/html' : 'application/json', ...headers });
  response.end(isText ? body : JSON.stringify(body));
}

/** A reply to `/chat/completions`. @param top the likeliest first tokens, by their probabilities */
export const chatReply = (
  content: string | null,
  top?: Readonly<Record<string, number>>,
  more: object = {},
): Answer => ({
  body: {
    model: 'little-1',
    system_fingerprint: 'fp_1',
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content },
        finish_reason: 'stop',
        logprobs: top
          ? {
              content: [
                {
                  token: content ?? '',
                  logprob: 0,
                  top_logprobs: Object.entries(top).map(([token, share]) => ({ token, logprob: Math.log(share) })),
                },
              ],
            }
          : null,
        ...more,
      },
    ],
    usage: { prompt_tokens: 11, completion_tokens: 2, total_tokens: 13 },
  },
});

/** An error as OpenAI writes it. */
export const refusal = (status: number, message: string, more: object = {}): Answer => ({
  status,
  body: { error: { message, type: 'invalid_request_error', param: null, code: null, ...more } },
});
