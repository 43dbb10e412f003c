import type { Locator, Page } from 'playwright-core';

// What the tests say of a page, in the words of its people: what they see has a role and a
// name, or a text.

// see waits until a text is to be seen.
export async function see(where: Page | Locator, text: string | RegExp) {
  await where.getByText(text).filter({ visible: true }).first().waitFor();
}

// gone waits until it is not any more.
export async function gone(where: Page | Locator, text: string | RegExp) {
  await where.getByText(text).filter({ visible: true }).first().waitFor({ state: 'detached' });
}

// press presses a button.
export async function press(where: Page | Locator, name: string | RegExp) {
  await where.getByRole('button', { name, exact: typeof name === 'string' }).click();
}

// dialog is the one that is open.
export function dialog(page: Page): Locator {
  return page.getByRole('dialog').filter({ visible: true });
}

// row is the one of a table that has this text.
export function row(where: Page | Locator, text: string): Locator {
  const page = 'page' in where ? where.page() : where;
  return where.getByRole('row').filter({ has: page.getByText(text, { exact: true }) });
}

// choose selects the row of an image, and action what is done to it.
export async function choose(page: Page, text: string) {
  await row(page, text).getByRole('radio').check();
}

export async function action(page: Page, name: string) {
  await press(page, 'Actions');
  await page.getByRole('menuitem', { name }).click();
}
