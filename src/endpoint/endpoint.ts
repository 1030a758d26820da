import * as l10n from '@vscode/l10n';
import { isNumber, isText, object, optional, tableOf, type Guard, type Infer } from '../channel/guards';
import { Failure } from '../failure';
import { parseJson } from '../files/jsonFile';
import { editorAddress, type AskEditor } from './editorQuestion';
import { editorEndpoint, type HostedModel } from '../template/read/hostedModel';

/** What a person sets of an endpoint; the key is never among it. */
export const isEndpointSettings = object({
  /** Address of its API, such as `http://localhost:8080/v1`. */
  baseURL: optional(isText),
  /** Requests under way at once. */
  concurrency: optional(isNumber),
  /** Requests begun within a minute; 0 sets no limit. */
  requestsPerMinute: optional(isNumber),
  /** How often a request is sent again after a refusal that passes. */
  retries: optional(isNumber),
  timeoutSeconds: optional(isNumber),
});
export type EndpointSettings = Infer<typeof isEndpointSettings>;

/** US dollars, or whatever a person counts in, for a million tokens. */
export const isPrice = object({ input: isNumber, output: isNumber });
export type Price = Infer<typeof isPrice>;

/** What is known of endpoints where work begins. */
export interface Endpoints {
  settingsOf(endpoint: string): EndpointSettings;
  /** @param model with its endpoint (`openai:gpt-4.1-mini`) or without */
  priceOf(model: string): Price | undefined;
  /** The key of an endpoint; undefined where there is none. */
  keyOf(endpoint: string): string | undefined;
  /** Asks the language models of VS Code; absent outside its window. */
  readonly askEditor?: AskEditor;
  /** Whether a person has agreed that rows are sent there. */
  readonly consent: boolean;
  /** Asks again what was answered before. */
  readonly fresh?: boolean;
}

/** An endpoint with all that it takes to ask it. */
export interface Endpoint {
  readonly name: string;
  /** Without user name, password, query and fragment; what may be written down. */
  readonly address: string;
  /** Of the address, sent along with each request and never written down. */
  readonly query: Readonly<Record<string, string>>;
  readonly key: string | undefined;
  readonly concurrency: number;
  readonly requestsPerMinute: number;
  readonly retries: number;
  readonly timeoutSeconds: number;
}

/** The address of the endpoint that is known without a setting. */
export const openaiAddress = 'https://api.openai.com/v1';
const usual = { concurrency: 4, requestsPerMinute: 0, retries: 5, timeoutSeconds: 120 };
const most = { concurrency: 64, requestsPerMinute: 100_000, retries: 20, timeoutSeconds: 3600 };

/** The variable of the environment that holds a part of an endpoint: `OPENAI_API_KEY`, `MY_SERVER_BASE_URL`. */
export const variableOf = (endpoint: string, part: 'API_KEY' | 'BASE_URL'): string =>
  `${endpoint.toUpperCase().replaceAll('-', '_')}_${part}`;

/**
 * The endpoints as the environment has them: `OPENAI_BASE_URL` and `OPENAI_API_KEY`, for others by their own names;
 * settings and prices as JSON in `PROMPT_TUNER_ENDPOINTS` and `PROMPT_TUNER_PRICES`.
 * @param given what a command line adds
 * @throws Failure "endpoint-settings"
 */
export function endpointsOfEnvironment(
  environment: NodeJS.ProcessEnv,
  given: { readonly baseUrl?: string; readonly consent?: boolean; readonly fresh?: boolean } = {},
): Endpoints {
  const settings = tableOfVariable(environment, 'PROMPT_TUNER_ENDPOINTS', isEndpointSettings);
  const prices = tableOfVariable(environment, 'PROMPT_TUNER_PRICES', isPrice);
  return {
    settingsOf(endpoint) {
      const own = Object.hasOwn(settings, endpoint) ? settings[endpoint] : undefined;
      const baseURL = given.baseUrl ?? (own?.baseURL || environment[variableOf(endpoint, 'BASE_URL')]);
      return { ...own, ...(baseURL && { baseURL }) };
    },
    priceOf: (model) => priceIn(prices, model),
    keyOf: (endpoint) => environment[variableOf(endpoint, 'API_KEY')]?.trim() || undefined,
    consent: given.consent ?? false,
    ...(given.fresh && { fresh: true }),
  };
}

/** The price of a model by its whole name, else by its name without the endpoint. */
export function priceIn(prices: Readonly<Record<string, Price>>, model: string): Price | undefined {
  const name = [model, model.slice(model.indexOf(':') + 1)].find((each) => Object.hasOwn(prices, each));
  return name === undefined ? undefined : prices[name];
}

function tableOfVariable<T>(
  environment: NodeJS.ProcessEnv,
  name: string,
  guard: Guard<T>,
): Readonly<Record<string, T>> {
  const text = environment[name];
  if (!text) return {};
  const value = parseJson(text);
  if (tableOf(guard)(value)) return value;
  throw new Failure(
    'endpoint-settings',
    l10n.t`The variable ${name} is not JSON of the form that it must have.`,
    {},
    l10n.t`Write a table by the names of endpoints or models, as docs/otherModels.md shows it, or leave it out.`,
  );
}

/**
 * The endpoint that a model is asked at.
 * @throws Failure "endpoint-unknown" where no address is known, "endpoint-settings" for one that is none and for
 * numbers that are out of range
 */
export function requireEndpoint({ endpoint: name }: HostedModel, endpoints: Endpoints): Endpoint {
  const settings = endpoints.settingsOf(name);
  if (name === editorEndpoint) {
    if (endpoints.askEditor)
      return { name, address: editorAddress, query: {}, key: undefined, ...numbersOf(name, settings) };
    throw new Failure(
      'endpoint-unknown',
      l10n.t`The language models of VS Code can be asked from its window alone.`,
      {},
      l10n.t`Measure it there by Evaluate Hard Prompt, or name a model of an endpoint, such as openai:NAME.`,
    );
  }
  const baseURL = settings.baseURL ?? (name === 'openai' ? openaiAddress : undefined);
  if (baseURL === undefined)
    throw new Failure(
      'endpoint-unknown',
      l10n.t`No address is known for the endpoint "${name}".`,
      {},
      l10n.t`Set it in promptTuner.endpoints, by ${variableOf(name, 'BASE_URL')} or --base-url; or correct the name \
of the model.`,
    );
  return { name, ...addressOf(name, baseURL), key: keyOf(name, endpoints), ...numbersOf(name, settings) };
}

/** The key itself is never said. @throws Failure "endpoint-key" for one that no header can carry */
function keyOf(name: string, endpoints: Endpoints): string | undefined {
  const key = endpoints.keyOf(name);
  const strange = [...(key ?? '')].findIndex((letter) => letter < '!' || letter > '~');
  if (strange < 0) return key;
  throw new Failure(
    'endpoint-key',
    l10n.t`The key of the endpoint "${name}" holds at place ${strange + 1} a character that no key can hold.`,
    {},
    l10n.t`Set it again by the command Set Key of Endpoint or ${variableOf(name, 'API_KEY')}, without white space, \
marks and other words.`,
  );
}

function addressOf(name: string, written: string): Pick<Endpoint, 'address' | 'query'> {
  const url = URL.canParse(written) ? new URL(written) : undefined;
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw unusable(name, l10n.t`is no address of the web`, l10n.t`Write one such as http://localhost:8080/v1.`);
  if (url.username || url.password)
    throw unusable(
      name,
      l10n.t`holds a user name or a password`,
      l10n.t`Leave them out; a key is set by the command Set Key of Endpoint or ${variableOf(name, 'API_KEY')}.`,
    );
  return {
    // What the requests themselves are sent to is often copied whole.
    address: `${url.origin}${url.pathname.replace(/\/+$/, '').replace(/(\/chat)?\/completions$/, '')}`,
    query: Object.fromEntries(url.searchParams),
  };
}

/** The address itself may hold what is secret, so that it is not said. */
const unusable = (name: string, what: string, remedy: string): Failure =>
  new Failure('endpoint-settings', l10n.t`The address of the endpoint "${name}" ${what}.`, {}, remedy);

function numbersOf(name: string, settings: EndpointSettings): typeof usual {
  const numbers = { ...usual };
  for (const key of Object.keys(usual) as (keyof typeof usual)[]) {
    const value = settings[key];
    if (value === undefined) continue;
    const least = key === 'concurrency' ? 1 : 0;
    const isFit =
      value >= least && value <= most[key] && (key === 'timeoutSeconds' ? value > 0 : Number.isInteger(value));
    if (!isFit)
      throw new Failure(
        'endpoint-settings',
        key === 'timeoutSeconds'
          ? l10n.t`"${key}" of the endpoint "${name}" is ${value}; it must be above 0 and at most ${most[key]}.`
          : l10n.t`"${key}" of the endpoint "${name}" is ${value}; it must be a whole number, at least ${least} and \
at most ${most[key]}.`,
        {},
        l10n.t`Correct it in promptTuner.endpoints.`,
      );
    Object.assign(numbers, { [key]: value });
  }
  return numbers;
}
