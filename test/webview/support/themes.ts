const names = ['dark', 'light', 'high-contrast', 'high-contrast-light'] as const;
export type ThemeName = (typeof names)[number];
export const themeNames: readonly ThemeName[] = names;

/** A theme as VS Code gives it to a webview: the class of the body and the variables that our pages use. */
export interface TestTheme {
  readonly kind: `vscode-${ThemeName}`;
  readonly variables: Readonly<Record<string, string>>;
}

const fonts = {
  'font-family': 'system-ui, "Ubuntu", "Droid Sans", sans-serif',
  'font-size': '13px',
  'font-weight': 'normal',
  'editor-font-family': 'monospace',
};

/** A theme that has no such colour does not set the variable. */
const none = undefined;

/** Colours of the themes that come with VS Code 1.100, in the order of their names above. */
const colours: Readonly<Record<string, readonly (string | undefined)[]>> = {
  'panelTitle-activeForeground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'panelTitle-inactiveForeground': ['#9d9d9d', '#3b3b3b', '#ffffff', '#292929'],
  'panelTitle-activeBorder': ['#0078d4', '#005fb8', '#6fc3df', '#b5200d'],
  foreground: ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'textLink-foreground': ['#4daafc', '#005fb8', '#21a6ff', '#0f4a85'],
  'editor-foreground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'editor-background': ['#1f1f1f', '#ffffff', '#000000', '#ffffff'],
  descriptionForeground: ['#9d9d9d', '#3b3b3b', '#ffffffb3', '#292929'],
  focusBorder: ['#0078d4', '#005fb8', '#f38518', '#006bbd'],
  'widget-border': ['#313131', '#e5e5e5', '#6fc3df', '#0f4a85'],
  'editorWidget-border': ['#454545', '#c8c8c8', '#6fc3df', '#0f4a85'],
  'editorWidget-background': ['#202020', '#f8f8f8', '#0c141f', '#ffffff'],
  'list-hoverBackground': ['#2a2d2e', '#f2f2f2', none, none],
  'progressBar-background': ['#0078d4', '#005fb8', '#6fc3df', '#0f4a85'],
  'editor-selectionBackground': ['#264f78', '#add6ff', '#ffffff', '#0f4a85'],
  'button-background': ['#0078d4', '#005fb8', '#000000', '#0f4a85'],
  'button-foreground': ['#ffffff', '#ffffff', '#ffffff', '#ffffff'],
  'button-hoverBackground': ['#026ec1', '#0258a8', none, '#0f4a85'],
  'button-border': ['#ffffff12', '#0000001a', '#6fc3df', '#0f4a85'],
  'button-secondaryBackground': ['#313131', '#e5e5e5', none, '#ffffff'],
  'button-secondaryForeground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'button-secondaryHoverBackground': ['#3c3c3c', '#cccccc', none, '#ffffff'],
  'input-background': ['#313131', '#ffffff', '#000000', '#ffffff'],
  'input-foreground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'input-border': ['#3c3c3c', '#cecece', '#6fc3df', '#0f4a85'],
  'input-placeholderForeground': ['#989898', '#767676', '#ffffffb3', '#292929b3'],
  errorForeground: ['#f85149', '#f85149', '#f48771', '#b5200d'],
  'inputValidation-errorBackground': ['#5a1d1d', '#f2dede', '#5a1d1d', '#ffffff'],
  'inputValidation-errorBorder': ['#be1100', '#be1100', '#be1100', '#b5200d'],
  'checkbox-background': ['#313131', '#f8f8f8', '#000000', '#ffffff'],
  'checkbox-foreground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'checkbox-border': ['#3c3c3c', '#cecece', '#6fc3df', '#0f4a85'],
  'dropdown-background': ['#313131', '#ffffff', '#000000', '#ffffff'],
  'dropdown-foreground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'dropdown-border': ['#3c3c3c', '#cecece', '#6fc3df', '#0f4a85'],
  'settings-dropdownListBorder': ['#454545', '#c8c8c8', '#6fc3df', '#0f4a85'],
  'charts-foreground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'charts-lines': ['#cccccc80', '#3b3b3b80', '#ffffff80', '#29292980'],
  'charts-red': ['#f14c4c', '#e51400', '#f48771', '#b5200d'],
  'charts-blue': ['#3794ff', '#1a85ff', '#3794ff', '#1a85ff'],
  'charts-yellow': ['#cca700', '#bf8803', '#ffd370', '#895503'],
  'charts-orange': ['#d18616', '#d18616', '#d18616', '#d18616'],
  'charts-green': ['#89d185', '#388a34', '#89d185', '#374e06'],
  'charts-purple': ['#b180d7', '#652d90', '#b180d7', '#652d90'],
  'menu-background': ['#1f1f1f', '#ffffff', '#000000', '#ffffff'],
  'menu-foreground': ['#cccccc', '#3b3b3b', '#ffffff', '#292929'],
  'menu-border': ['#454545', '#cecece', '#6fc3df', '#0f4a85'],
  'menu-selectionBackground': ['#0078d4', '#005fb8', none, '#0f4a85'],
  'menu-selectionForeground': ['#ffffff', '#ffffff', '#ffffff', '#ffffff'],
  'menu-selectionBorder': [none, none, '#f38518', '#006bbd'],
  'toolbar-hoverBackground': ['#5a5d5e50', '#b8b8b850', none, none],
  'toolbar-hoverOutline': [none, none, '#f38518', '#006bbd'],
  'scrollbarSlider-background': ['#79797966', '#64646466', '#6fc3df99', '#0f4a8566'],
  'testing-iconPassed': ['#73c991', '#73c991', '#73c991', '#007100'],
  'testing-iconFailed': ['#f14c4c', '#f14c4c', '#f14c4c', '#b5200d'],
  contrastBorder: [none, none, '#6fc3df', '#0f4a85'],
  contrastActiveBorder: [none, none, '#f38518', '#006bbd'],
};

export const themes = Object.fromEntries(names.map((name, index) => [name, themeOf(name, index)])) as Readonly<
  Record<ThemeName, TestTheme>
>;

function themeOf(name: ThemeName, index: number): TestTheme {
  const own = Object.entries(colours).flatMap(([variable, values]) => {
    const value = values[index];
    return value === none ? [] : [[variable, value] as const];
  });
  return { kind: `vscode-${name}`, variables: { ...fonts, ...Object.fromEntries(own) } };
}
