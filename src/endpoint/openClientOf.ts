import { editorEndpoint } from '../template/read/hostedModel';
import { openClient, type EndpointClient } from './client';
import { openEditorClient } from './editorClient';
import type { Endpoint, Endpoints } from './endpoint';

/** Opens the client of an endpoint: VS Code's models are asked by its window, all others over the network. */
export const openClientOf = (endpoint: Endpoint, { askEditor }: Endpoints): Promise<EndpointClient> =>
  endpoint.name === editorEndpoint && askEditor
    ? Promise.resolve(openEditorClient(endpoint, askEditor))
    : openClient(endpoint);
