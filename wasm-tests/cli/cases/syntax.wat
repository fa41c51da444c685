;; RUN: wiz %s
;; RUN: wiz inspect %s
(module
  (func (export "_start")
    i32.const one))
