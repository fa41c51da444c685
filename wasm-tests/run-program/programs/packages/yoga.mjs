// Layout (C++, Emscripten with embind), in JavaScript as text; a measuring function in JavaScript.
import Yoga, { Align, Edge, FlexDirection, Gutter, Justify, MeasureMode } from 'yoga-layout';

const root = Yoga.Node.create();
root.setFlexDirection(FlexDirection.Row);
root.setWidth(300);
root.setHeight(120);
root.setJustifyContent(Justify.SpaceBetween);
root.setAlignItems(Align.Center);
root.setPadding(Edge.All, 10);
root.setGap(Gutter.Column, 4);

const children = [20.5, 30, 40].map((height, i) => {
  const child = Yoga.Node.create();
  child.setFlexGrow(i);
  child.setWidth(`${10 + i}%`);
  child.setHeight(height);
  root.insertChild(child, i);
  return child;
});
const text = Yoga.Node.create();
let measured = 0;
text.setMeasureFunc((width, mode) => {
  measured++;
  return { width: mode === MeasureMode.Undefined ? 50 : Math.min(width, 50), height: 14.25 };
});
root.insertChild(text, children.length);
root.calculateLayout(undefined, undefined);

const results = [root, ...children, text].map((node) => node.getComputedLayout());
root.setFlexDirection(FlexDirection.Column);
root.calculateLayout(200, 400);
results.push(...children.map((node) => node.getComputedLayout()), measured > 0);
root.freeRecursive();
console.log(JSON.stringify(results));
