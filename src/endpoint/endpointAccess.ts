import { isFlag, isText, object, optional, tableOf, type Infer } from '../channel/guards';
import { isEndpointSettings, isPrice, priceIn, type Endpoints } from './endpoint';

/** What a window lets a process ask endpoints with; it goes over the channel alone, and is never written. */
export const isEndpointAccess = object({
  settings: tableOf(isEndpointSettings),
  prices: tableOf(isPrice),
  /** By endpoint. */
  keys: tableOf(isText),
  /** Whether a person has agreed. */
  consent: optional(isFlag),
});
export type EndpointAccess = Infer<typeof isEndpointAccess>;

export const endpointsOfAccess = ({ settings, prices, keys, consent = false }: EndpointAccess): Endpoints => ({
  settingsOf: (endpoint) => (Object.hasOwn(settings, endpoint) ? settings[endpoint]! : {}),
  priceOf: (model) => priceIn(prices, model),
  keyOf: (endpoint) => (Object.hasOwn(keys, endpoint) ? keys[endpoint] : undefined),
  consent,
});
