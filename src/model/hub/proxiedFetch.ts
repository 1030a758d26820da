// In a file of its own, so that a bundle that parts files knows the names of a CommonJS package that is read later.
export { EnvHttpProxyAgent, fetch } from 'undici';
