import * as l10n from '@vscode/l10n';

/** An error as an endpoint says it, in the form that OpenAI's has. */
interface SaidError {
  readonly status: number;
  readonly body: { readonly error: object };
}

/**
 * `fetch` that goes to no other address than the one that was agreed to, and brings what servers say of an error into
 * the form of OpenAI's, whose client reads no other.
 */
export async function fetchThere(url: string | URL | Request, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  if (response.ok) return response;
  const { status, headers } = response;
  const text = await response.text();
  const target = status >= 300 && status < 400 ? headers.get('location') : null;
  const body =
    target === null
      ? bodyOf(text)
      : JSON.stringify({ error: { message: redirectedText(target, url instanceof Request ? url.url : String(url)) } });
  const kept = new Headers(headers);
  // The body is as it was read: its length and packing have changed.
  for (const name of ['content-length', 'content-encoding', 'transfer-encoding']) kept.delete(name);
  return new Response(body, { status, headers: kept });
}

/** Nobody has agreed to what stands elsewhere. */
function redirectedText(target: string, url: string): string {
  const host = URL.canParse(target, url) ? new URL(target, url).origin : target;
  return l10n.t`it sends requests on to ${host}, to which nobody has agreed; set the address there as baseURL`;
}

function bodyOf(text: string): string {
  const body = parsed(text);
  const message = body && !('error' in body) ? messageOf(body) : undefined;
  return message === undefined ? text : JSON.stringify({ error: { ...body, message } });
}

/** `{ message }` as vLLM has it, `{ detail }` as FastAPI does: a text, or a list of what is wrong where. */
function messageOf({ message, detail }: Readonly<Record<string, unknown>>): string | undefined {
  if (typeof message === 'string') return message;
  if (typeof detail === 'string') return detail;
  if (!Array.isArray(detail)) return undefined;
  const said = detail.flatMap((each: unknown) => {
    const { msg, loc } = isRecord(each) ? each : {};
    const where = Array.isArray(loc) ? `${loc.at(-1)}: ` : '';
    return typeof msg === 'string' ? [`${where}${msg}`] : [];
  });
  return said.length > 0 ? said.join('; ') : undefined;
}

/**
 * The error in a reply that says that all is well, as some proxies send it; undefined for a reply with answers.
 * A status that it names itself says whether asking again may help.
 */
export function errorIn(reply: unknown): SaidError | undefined {
  if (!isRecord(reply) || 'choices' in reply || reply.error === undefined || reply.error === null) return undefined;
  const error = isRecord(reply.error) ? reply.error : { message: String(reply.error) };
  const code = Number(error.code);
  return { status: code >= 400 && code < 600 ? code : 400, body: { error } };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
