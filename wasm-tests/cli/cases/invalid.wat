;; RUN: wiz %s
;; RUN: wiz inspect %s
;; RUN: wiz dump %s
(module
  (func (export "_start") (local i64)
    local.get 0
    i32.const 1
    i32.add
    drop))
