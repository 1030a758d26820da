import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Holder } from '../../../files/atomicFile';
import { readJson, writeJson } from '../../../files/jsonFile';
import { isSearchState, type SearchState } from '../../../tuning/search/searchState';

const pathIn = (folder: string): string => join(folder, 'search.json');

/** What a stopped search of a run goes on from; undefined where there is nothing that can be read. */
export const readSearch = (folder: string): Promise<SearchState | undefined> => readJson(pathIn(folder), isSearchState);

/** Keeps how far the search of a run has come, atomically. */
export const writeSearch = (folder: string, state: SearchState, holder?: Holder): Promise<void> =>
  writeJson(pathIn(folder), state, holder);

/** A search that has come to its end leaves its result instead. */
export const removeSearch = (folder: string): Promise<void> => rm(pathIn(folder), { force: true });
