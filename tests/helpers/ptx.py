"""A card's code without a card: what NVIDIA's compiler made of a kernel (PTX), as C for the CPU.

Threads of a block run one after the other from barrier to barrier. What a card does not check is
checked: each access lies within an array and is aligned, nothing reads shared memory that nobody
wrote, and no thread touches a word of it that another one writes between the same two barriers.
"""

import ctypes
import re
import subprocess
from pathlib import Path

# lengths of C's types by the letters of PTX; what has no sign is bits
KINDS = {"b": "uint", "u": "uint", "s": "int"}
WHOLE = {"pred": "bool", "f64": "double"}
REGISTERS = {".b16": "uint16_t", ".b32": "uint32_t", ".b64": "uint64_t"}
REGISTERS |= {f".{kind}": name for kind, name in WHOLE.items()}
SPECIAL = {
    f"%{name}.{axis}": f"it->{name}[{n}]"
    for name in ("tid", "ntid", "ctaid", "nctaid")
    for n, axis in enumerate("xyz")
}
INFIX = {"add": "+", "sub": "-", "mul.lo": "*", "and": "&", "or": "|", "xor": "^"}
# of float64, each rounded: a product without .rn might be joined to a sum, and is not known
INFIX |= {"add.rn": "+", "sub.rn": "-", "mul.rn": "*", "div.rn": "/"}
COMPARED = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
RUNTIME = Path(__file__).with_name("ptx.c")


def kind_of(letters: str) -> str:
    """Return the C type of a PTX type, as u32."""
    return WHOLE[letters] if letters in WHOLE else f"{KINDS[letters[0]]}{letters[1:]}_t"


class Translation:
    """The C function of a PTX module's one kernel."""

    def __init__(self, code: str) -> None:
        code = re.sub(r"//.*", "", code)
        self.registers, self.shared, self.locals, self.barriers = {}, {}, {}, 0
        self.shared_bytes = self.local_bytes = 0
        head, body = code.split(".entry", 1)
        for statement in head.split(";"):
            if ".shared" in statement:
                self.declare(statement)
        self.parameters = [
            kind for kind, _ in re.findall(r"\.param \.(\w+) (\w+)", body.split(")", 1)[0])
        ]
        lines = body.split("{", 1)[1].rsplit("}", 1)[0]
        statements = re.findall(r"\$\w+:|[^;:]+;", lines)
        self.steps = [self.step(" ".join(statement.split())) for statement in statements]

    def value(self, text: str, kind: str = "uint64_t") -> str:
        """Return an operand as C of a type."""
        if text in SPECIAL:
            return f"(({kind}){SPECIAL[text]})"
        if text.startswith("%"):
            self.check_float(text, kind)
            return f"(({kind}){self.register(text)})"
        if text.startswith("0d"):
            return f"of_bits(0x{text[2:]}ULL)"
        if text in self.shared:
            return f"(({kind}){self.shared[text]})"
        if text in self.locals:
            return f"(({kind}){self.locals[text]})"
        return f"(({kind})(int64_t){text}LL)"

    def check_float(self, text: str, kind: str) -> None:
        """Refuse to take the bits of a float64 for a whole number, or the other way round."""
        if (self.registers[text[1:]] == "double") != (kind == "double"):
            raise NotImplementedError(f"PTX {text} as {kind}")

    @staticmethod
    def register(text: str) -> str:
        """Return the C name of a register."""
        return "it->" + text.removeprefix("%")

    def step(self, statement: str) -> str:
        """Return the C of a statement."""
        if statement.endswith(":"):
            return statement.replace("$", "") + ";"
        statement = statement.removesuffix(";").strip()
        if statement.startswith("."):
            self.declare(statement)
            return ""
        condition = ""
        if statement.startswith("@"):
            guard, statement = statement.split(maxsplit=1)
            negated = "!" if guard.startswith("@!") else ""
            condition = f"if ({negated}{self.register(guard.lstrip('@!'))}) "
        operation, *rest = statement.split(maxsplit=1)
        operands = [part.strip() for part in re.split(r",(?![^{]*\})", rest[0])] if rest else []
        return condition + "{ " + self.operation(operation, operands) + " }"

    def declare(self, statement: str) -> None:
        """Note registers, or an array in shared or local memory; directives do nothing here."""
        words = statement.split()
        if ".reg" in words:
            name, count = re.fullmatch(r"%(\w+)(?:<(\d+)>)?", words[2]).groups()
            names = [f"{name}{n}" for n in range(int(count))] if count else [name]
            self.registers |= dict.fromkeys(names, REGISTERS[words[1]])
        elif ".shared" in words or ".local" in words:
            name, size = re.search(r"(\w+)\[(\d+)\]", statement).groups()
            if ".shared" in words:
                self.shared[name] = self.shared_bytes
                self.shared_bytes += int(size)
            else:
                self.locals[name] = self.local_bytes
                self.local_bytes += int(size)

    def operation(self, operation: str, operands: list[str]) -> str:
        """Return the C of an operation on registers and memory."""
        parts = operation.split(".")
        name, last = parts[0], parts[-1]
        if name in ("ld", "st"):
            return self.access(parts, operands)
        if name == "bra":
            return f"goto {operands[0].replace('$', '')};"
        if name == "ret":
            return "return 0;"
        if operation == "bar.sync":
            self.barriers += 1
            return f"return {self.barriers}; barrier{self.barriers}:;"
        out = self.register(operands[0])
        if name == "cvta":
            return f"{out} = {self.value(operands[1])};"
        if name == "cvt":
            return f"{out} = ({kind_of(parts[-2])}){self.value(operands[1], kind_of(last))};"
        kind = kind_of(last)
        if name == "selp":
            chosen, other = (self.value(operand, kind) for operand in operands[1:3])
            return f"{out} = {self.register(operands[3])} ? {chosen} : {other};"
        given = [self.value(operand, kind) for operand in operands[1:]]
        if name == "setp":
            return f"{out} = {given[0]} {COMPARED[parts[1]]} {given[1]};"
        return f"{out} = {self.computed(name, parts, kind, given, operands)};"

    def computed(
        self, name: str, parts: list[str], kind: str, given: list[str], operands: list[str]
    ) -> str:
        """Return the value of an operation as C; what is not known raises."""
        size = "".join(re.findall(r"\d+", kind))
        first, *rest = given
        whole = ".".join(parts[:-1])
        if whole in INFIX:
            return f"({kind})({first} {INFIX[whole]} {rest[0]})"
        if whole == "mov":
            self.check_float(operands[0], kind)
            return first
        if whole == "sqrt.rn":
            return f"sqrt({first})"
        if whole == "not":
            return f"!{first}" if kind == "bool" else f"({kind})~{first}"
        if whole == "neg":
            return f"({kind})(0 - {first})"
        if whole in ("min", "max"):
            return f"({first} {'<' if whole == 'min' else '>'} {rest[0]} ? {first} : {rest[0]})"
        if whole in ("div", "rem"):
            return f"({first} {'/' if whole == 'div' else '%'} not_zero({rest[0]}))"
        if whole == "mul.wide":
            wide = kind.replace(size, str(2 * int(size)))
            return f"({wide}){first} * ({wide}){rest[0]}"
        if whole == "mul.hi":
            wide = "__int128" if kind.startswith("int") else "unsigned __int128"
            return f"({kind})((({wide}){first} * ({wide}){rest[0]}) >> {size})"
        if whole in ("shl", "shr"):
            by = self.value(operands[2], "uint32_t")
            full = f"({first} < 0 ? -1 : 0)" if kind.startswith("int") else "0"
            sign = "<<" if whole == "shl" else ">>"
            return f"({kind})({by} >= {size} ? {full} : {first} {sign} {by})"
        if whole == "bfi":
            at, count = (self.value(operand, "uint32_t") for operand in operands[3:5])
            mask = f"(((({kind})1 << {count}) - 1) << {at})"
            return f"({kind})(({rest[0]} & ~{mask}) | (({first} << {at}) & {mask}))"
        raise NotImplementedError(f"PTX {'.'.join(parts)}")

    def access(self, parts: list[str], operands: list[str]) -> str:
        """Return the C of a load or a store."""
        name, space, kind = parts[0], parts[1], kind_of(parts[-1])
        if space == "param":
            index = re.search(r"_param_(\d+)\]", operands[1])[1]
            return f"{self.register(operands[0])} = ({kind})parameters[{index}];"
        place, value = (operands[0], operands[1]) if name == "st" else (operands[1], operands[0])
        base, offset = re.fullmatch(r"\[([%\w$]+)(?:\+(-?\d+))?\]", place).groups()
        address = f"{self.value(base)} + {offset or 0}"
        values = value.strip("{}").replace(" ", "").split(",")
        way = "store" if name == "st" else "load"
        pointer = f"({kind} *){space}_{way}(it, {address}, sizeof({kind}) * {len(values)})"
        if name == "st":
            moved = [f"at[{n}] = {self.value(each, kind)};" for n, each in enumerate(values)]
        else:
            for each in values:
                self.check_float(each, kind)
            moved = [f"{self.register(each)} = at[{n}];" for n, each in enumerate(values)]
        return f"{kind} *at = {pointer}; {' '.join(moved)}"

    def source(self) -> str:
        """Return the C file: the kernel, within what runs its threads."""
        entries = " ".join(f"case {n}: goto barrier{n};" for n in range(1, self.barriers + 1))
        registers = "\n".join(f"{kind} {name};" for name, kind in self.registers.items())
        steps = "\n".join(self.steps)
        return (
            RUNTIME.read_text(encoding="utf-8")
            .replace("REGISTERS", registers)
            .replace("SHARED_BYTES", str(max(1, self.shared_bytes)))
            .replace("LOCAL_BYTES", str(max(1, self.local_bytes)))
            .replace("ENTRIES", entries)
            .replace("STEPS", steps)
        )


def built(code: str, folder: Path) -> tuple[ctypes.CDLL, list[str]]:
    """Return a library that runs a kernel by its PTX, and the types of its parameters."""
    translation = Translation(code)
    path = folder / "kernel.c"
    path.write_text(translation.source(), encoding="utf-8")
    flags = ["-O1", "-fwrapv", "-fno-strict-aliasing", "-w", "-shared", "-fPIC"]
    # each operation on float64 rounds
    flags.append("-ffp-contract=off")
    command = ["gcc", *flags, "-o", "kernel.so", path.name, "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    return ctypes.CDLL(str(folder / "kernel.so")), translation.parameters
