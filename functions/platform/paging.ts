/** What is wanted of every page of a listing. A page is let go as soon as it was looked at: only what is picked stays. */
export async function gather<Page, Value>(pages: AsyncIterable<Page>, pick: (page: Page) => readonly Value[]): Promise<Value[]> {
  const picked: Value[] = [];
  for await (const page of pages) {
    for (const value of pick(page)) picked.push(value);
  }
  return picked;
}
