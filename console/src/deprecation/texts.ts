import { catalogue } from '../i18n/catalogue';

export const deprecationTexts = catalogue(
  { deprecated: 'Deprecated', from: (day: string) => `Deprecated from ${day}` },
  { deprecated: '已弃用', from: (day) => `${day}起弃用` },
);
