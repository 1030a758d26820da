export { webviewPage } from '../../src/views/page/webviewPage';
export * as comparison from '../support/comparison';
export * as model from '../support/model';
export * as preview from '../support/preview';
export * as runPage from '../support/runPage';
export * as trainForm from '../support/trainForm';
export { themes } from './themes';
