/** Compiled, never run: the CommonJS entry has types of its own. */
import matchlist = require("matchlist");
import slim = require("matchlist/slim");

async function numbers(): Promise<string> {
  const site: matchlist.Site = await matchlist.connect("https://h");
  await slim.init(new Uint8Array());
  const list = site.list<{ Title: string }>("Customers");
  const item: matchlist.Item<{ Title: string }> = await list.get(7);
  // @ts-expect-error which version?
  await list.delete(item.Id);
  return site.getNextSeq("AAAA");
}
void numbers;
