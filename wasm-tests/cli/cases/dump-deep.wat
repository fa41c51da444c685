;; RUN: wiz dump %s
(module (func
  block block block block block block block block block block block block block block block block block block block block block block 
  nop br 21
  end end end end end end end end end end end end end end end end end end end end end end ))
