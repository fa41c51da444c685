;; app.wasm: (; pc, offset in the module ;) instruction

(func $classify (;0;) (param i32) (result i32)
(; 1 0x42;)  local.get $n (;0;)
(; 3 0x44;)  i32.const 0
(; 5 0x46;)  i32.lt_s
(; 6 0x47;)  if
(; 8 0x49;)    local.get $n (;0;)
(;10 0x4b;)    call $negate (;1;)
(;12 0x4d;)    return
(;13 0x4e;)  end
(;14 0x4f;)  block $small
(;16 0x51;)    local.get $n (;0;)
(;18 0x53;)    i32.const 10
(;20 0x55;)    i32.lt_s
(;21 0x56;)    br_if $small (;0;)
(;23 0x58;)    local.get $n (;0;)
(;25 0x5a;)    i32.load
(;28 0x5d;)    return
(;29 0x5e;)  end
(;30 0x5f;)  i32.const 1
(;32 0x61;)  end
)

(func $negate (;1;) (param i32) (result i32)
(; 1 0x64;)  i32.const 0
(; 3 0x66;)  local.get $n (;0;)
(; 5 0x68;)  i32.sub
(; 6 0x69;)  end
)

(func $exported only (;2;)
(; 1 0x6c;)  nop
(; 2 0x6d;)  end
)

(func $wasm-function[3] (;3;)
(; 1 0x70;)  nop
(; 2 0x71;)  nop
(; 3 0x72;)  end
)
