import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { asFailure } from '../classifyError';
import { Failure } from '../failure';

/** What is wrong with a request, in the form of OpenAI's API. */
export class ApiError extends Error {
  constructor(
    readonly status: ContentfulStatusCode,
    message: string,
    readonly detail: { readonly param?: string; readonly code?: string; readonly type?: string } = {},
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

/** A field that cannot be used as it is. */
export const badField = (param: string, message: string): ApiError =>
  new ApiError(400, message, { param, code: 'invalid_value' });

/** What is said of an error; a path of this machine is never part of it. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { code, message } = error instanceof Failure ? error : asFailure(error);
  if (code === 'prompt-too-long') return new ApiError(400, message, { code: 'context_length_exceeded' });
  if (error instanceof Failure && !serverFailures.has(code)) return new ApiError(400, message, { code });
  const said = error instanceof Failure ? message : 'The server failed to answer; its log says why.';
  return new ApiError(500, said, { type: 'server_error', code });
}

/** Failures that no other request would have helped. */
const serverFailures: ReadonlySet<string> = new Set([
  'loss-not-finite',
  'out-of-memory',
  'runtime-run',
  'grammar-failed',
  'unexpected',
]);

export const errorBody = ({ message, status, detail }: ApiError): object => ({
  error: {
    message,
    type: detail.type ?? (status === 401 ? 'authentication_error' : 'invalid_request_error'),
    param: detail.param ?? null,
    code: detail.code ?? null,
  },
});
