"""Measurements: what the reference benchmark measured; written by it and never by hand."""

from typing import Annotated, Literal

from pydantic import StringConstraints

from catalog.fields import Date, Line, Part, Quantity, Ref, field
from catalog.kinds import kind
from catalog.kinds.common import Record

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


def _number(description: str, ru: str, unit: str | None = None, **more) -> object:
    """Describe a number that the benchmark itself measured, which therefore needs no source."""
    return field(description, ru=ru, unit=unit, evidence=False, **more)


class Settings(Part):
    """What the run was asked to do."""

    threads: int | None = field("Threads of one operation on the processor.", ru="Потоков")
    epochs: int | None = field("Passes over the training set.", ru="Эпох")
    batch_size: int | None = field("Images of one step.", ru="Размер пакета")
    learning_rate: Quantity | None = _number("Step size of the gradient descent.", "Скорость обучения")
    optimizer: Line | None = field("Implementation of the gradient descent.", ru="Оптимизатор")
    memory_format: Line | None = field("Order of the image values in memory.", ru="Расположение в памяти")
    compilation: Line | None = field("How the step was compiled or captured.", ru="Компиляция")
    images_as: Line | None = field("Type in which the images were kept on the device.", ru="Хранение изображений")
    size: int | None = field("Rows and columns of the square matrices at their best size.", ru="Размер матриц")
    size_bytes: int | None = field("Bytes that were copied at once.", ru="Копируемый объём")
    shape: Line | None = field("Shape of the operands.", ru="Размерности")
    direction: Literal["forward", "forward-backward"] | None = field("Whether gradients were computed as well.", ru="Направление")
    is_quick: bool | None = field("Whether it was the short trial, which is never ranked.", ru="Короткая проба")


class Environment(Part):
    """What it ran on and with; names of machines and people, paths, addresses and serial numbers are left out."""

    cpu: Line | None = field("Processor as it names itself.", ru="Процессор")
    cores: int | None = field("Logical cores of the machine.", ru="Логических ядер")
    usable_cores: int | None = field("Logical cores that the process may use.", ru="Доступных ядер")
    core_quota: Quantity | None = _number("Cores that the control group allows.", "Квота ядер")
    instructions: Line | None = field("Instruction level that the library uses.", ru="Набор команд")
    cache_bytes: int | None = field("Last-level cache.", ru="Кэш последнего уровня")
    memory_gib: Quantity | None = _number("Memory of the machine.", "Память", "GiB")
    system: Line | None = field("Operating system.", ru="Операционная система")
    kernel: Line | None = field("Release of its kernel.", ru="Ядро ОС")
    virtualisation: Line | None = field("Kind of virtual machine, or none.", ru="Виртуализация")
    python: Line | None = field("Version of Python.", ru="Версия Python")
    torch: Line | None = field("Version of PyTorch.", ru="Версия PyTorch")
    torch_commit: Line | None = field("Commit that PyTorch was built from.", ru="Коммит PyTorch")
    torch_build: Line | None = field("What PyTorch was built for.", ru="Сборка PyTorch")
    blas: Line | None = field("Library of linear algebra.", ru="Библиотека линейной алгебры")
    allocator: Line | None = field("Allocator that was loaded before the others, or the system's.", ru="Распределитель памяти")
    variables: dict[str, Line] = field("Variables of the environment that change the speed.", ru="Переменные среды", default=dict)
    compile_cache: Line | None = field("State of the cache of compiled code before the run.", ru="Кэш компиляции")
    is_deterministic: bool | None = field("Whether only deterministic algorithms were allowed.", ru="Детерминированность")
    is_tf32: bool | None = field("Whether 32-bit products could be rounded to 19 bits.", ru="Разрешён TF32")
    gpu: Line | None = field("Accelerator as it names itself.", ru="Ускоритель")
    gpu_memory_gib: Quantity | None = _number("Memory of the accelerator.", "Память ускорителя", "GiB")
    driver: Line | None = field("Version of its driver.", ru="Драйвер")
    cuda: Line | None = field("Version of CUDA that PyTorch was built with.", ru="Версия CUDA")
    cudnn: Line | None = field("Version of cuDNN.", ru="Версия cuDNN")
    power_limit_w: Quantity | None = _number("Power that the accelerator may draw.", "Предел мощности", "W")
    has_ecc: bool | None = field("Whether memory errors are corrected.", ru="Коррекция ошибок памяти")
    clock_before_mhz: Quantity | None = _number("Clock of the accelerator before the run.", "Частота до", "MHz")
    clock_after_mhz: Quantity | None = _number("Clock of the accelerator right after the run.", "Частота после", "MHz")
    temperature_before_c: Quantity | None = _number("Temperature of the accelerator before the run.", "Температура до", "°C")
    temperature_after_c: Quantity | None = _number("Temperature of the accelerator right after the run.", "Температура после", "°C")
    throttled_by: Line | None = field("What held the clock of the accelerator down during the run.", ru="Ограничение частоты")
    load_before: Quantity | None = _number("Load average of the machine before the run.", "Загрузка до")
    load_after: Quantity | None = _number("Load average of the machine after the run.", "Загрузка после")
    benchmark: Line | None = field("Version of the benchmark.", ru="Версия бенчмарка")
    commit: Line | None = field("Commit of the benchmark.", ru="Коммит бенчмарка")
    is_dirty: bool | None = field("Whether the benchmark's files differed from that commit.", ru="Изменённый код")


class DataUsed(Part):
    """Which data it ran on."""

    name: Literal["mnist", "synthetic"] | None = field("Name of the data.", ru="Название")
    checksums: dict[str, Sha256] = field("SHA-256 of the raw files.", ru="Контрольные суммы", default=dict)
    mean: Quantity | None = _number("Mean of the training images, from 0 to 255.", "Среднее")
    deviation: Quantity | None = _number("Standard deviation of the training images, from 0 to 255.", "Отклонение")


class Sample(Part):
    """One timed sample; none is ever dropped."""

    seed: int | None = field("Seed of the random numbers.", ru="Начальное число")
    size: int | None = field("Rows and columns of the matrices.", ru="Размер")
    phase: Literal["search", "measure"] | None = field("Whether it belongs to the search for the best size.", ru="Этап")
    repeats: int | None = field("How often the operation ran in the sample.", ru="Повторов")
    seconds: Quantity = _number("Duration by a monotonic clock.", "Длительность", "s", required=True)
    cpu_s: Quantity | None = _number("Time that the process ran on processors.", "Время процессора", "s")
    waited_s: Quantity | None = _number("Time that its threads were ready to run and did not.", "Ожидание процессора", "s")
    others_s: Quantity | None = _number("Time that processors worked for others.", "Время других", "s")
    stolen_s: Quantity | None = _number("Time that the host of the virtual machine took.", "Отнятое время", "s")
    system_s: Quantity | None = _number("Part of the process's time spent in the kernel.", "Время ядра ОС", "s")
    faults: int | None = field("Minor page faults.", ru="Страничных сбоев")
    is_clean: bool | None = field("Whether nobody else disturbed it.", ru="Без помех")
    build_s: Quantity | None = _number("Building, compiling and warming up, not part of the duration.", "Подготовка", "s")
    evaluation_s: Quantity | None = _number("Testing, not part of the duration.", "Проверка", "s")
    first_loss: Quantity | None = _number("Loss of the first batch.", "Первая ошибка")
    error_pct: Quantity | None = _number("Test error at the end.", "Ошибка на тесте", "%")
    weights_sha256: Sha256 | None = field("SHA-256 of the weights at the end.", ru="Сумма весов")


class Epoch(Part):
    """One pass over the training set."""

    seed: int = field("Seed of the sample it belongs to.", ru="Начальное число", required=True)
    epoch: int = field("Number of the pass, from 1.", ru="Эпоха", required=True)
    seconds: Quantity = _number("Duration of the training loop.", "Длительность", "s", required=True)
    loss: Quantity | None = _number("Mean loss of the training batches.", "Потери")
    error_pct: Quantity | None = _number("Test error after it.", "Ошибка на тесте", "%")
    faults: int | None = field("Minor page faults.", ru="Страничных сбоев")
    system_s: Quantity | None = _number("Time of the process in the kernel.", "Время ядра ОС", "s")


class Summary(Part):
    """What follows from the samples."""

    samples: int | None = field("Samples of the measurement proper.", ru="Замеров")
    clean: int | None = field("How many of them nobody disturbed.", ru="Без помех")
    iqr_s: Quantity | None = _number("Distance of the quartiles.", "Межквартильный размах", "s")
    minimum_s: Quantity | None = _number("Shortest duration.", "Минимум", "s")
    maximum_s: Quantity | None = _number("Longest duration.", "Максимум", "s")
    flop: int | None = field("Floating-point operations of one duration, a multiply-add counted as two.", ru="Операций")
    moved_bytes: int | None = field("Bytes read and written in one duration.", ru="Перемещено байт")
    run_s: Quantity | None = _number("The whole run with everything around the samples.", "Весь запуск", "s")


class Accuracy(Part):
    """What the trained network can do."""

    parameters: int | None = field("Trained numbers of the network.", ru="Параметров")
    error_pct: Quantity | None = _number("Test error at the end, the median of the seeds.", "Ошибка на тесте", "%")
    target_error_pct: Quantity | None = _number("Test error that ends the time to accuracy.", "Целевая ошибка", "%")
    reached: int | None = field("Seeds that reached the target.", ru="Достигли цели")
    time_to_accuracy_s: Quantity | None = _number("Training time to the target, the median of the seeds that reached it.", "Время до точности", "s")
    reason: Line | None = field("Why there is no accuracy.", ru="Причина отсутствия")


class Memory(Part):
    """How much memory it took."""

    peak_mib: Quantity | None = _number("High-water mark of the process.", "Пик памяти", "MiB")
    gpu_peak_mib: Quantity | None = _number("Peak of the accelerator's allocator.", "Пик памяти ускорителя", "MiB")
    estimated_mib: Quantity | None = _number("What was estimated before.", "Оценка памяти", "MiB")


class Energy(Part):
    """Energy by the accelerator's own counter, in a pass of its own; never from its rated power."""

    joules: Quantity | None = _number("Energy of the pass.", "Энергия", "J")
    seconds: Quantity | None = _number("Duration of the pass.", "Длительность", "s")
    repeats: int | None = field("How often the operation or epoch ran in it.", ru="Повторов")
    reason: Line | None = field("Why there is no energy.", ru="Причина отсутствия")


Flag = Literal["noisy", "incomplete", "quick", "synthetic", "few-samples", "page-faults", "dirty-code", "no-commit", "throttled", "shared-gpu", "bytes-as-images"]


@kind("measurements", singular="measurement", label_ru="Измерения", order=18, needs_sources=False)
class Measurement(Record):
    """One run of the reference benchmark on one device (docs/benchmark.md)."""

    format: Literal["1"] | None = field("Version of the file's form.", ru="Версия формата", hidden=True)
    date: Date = field("Day of the run.", ru="Дата", evidence=False, required=True)
    workload: Literal["mnist-ref", "gemm", "copy", "conv2d", "attention"] = field("What was run.", ru="Задача", required=True, facet=True)
    track: Literal["plain", "tuned", "open"] = field("Under which rules.", ru="Категория", required=True, facet=True)
    device: Ref["hardware"] | None = field("On what; left out when the device has no record.", ru="Устройство")
    device_name: Line | None = field("Device as it names itself.", ru="Имя устройства")
    device_type: Literal["cpu", "cuda", "mps", "xpu"] | None = field("Kind of device.", ru="Вид устройства", facet=True)
    precision: Line | None = field("Number format.", ru="Точность")
    median_s: Quantity | None = _number("Median duration.", "Медиана", "s")
    gflops: Quantity | None = _number("Rate reached.", "Скорость", "GFLOPS")
    gb_s: Quantity | None = _number("Bytes read and written in a second.", "Пропускная способность", "GB/s", label="Bandwidth reached (GB/s)")
    is_noisy: bool | None = field("Whether fewer than three samples were clean.", ru="Шумное измерение")
    is_complete: bool | None = field("Whether it ran to its end.", ru="Завершено")
    is_rankable: bool | None = field("Whether it may stand in a ranking.", ru="Для сравнения")
    flags: list[Flag] = field("What a reader should know of it.", ru="Пометки", default=list)
    settings: Settings | None = field("What the run was asked to do.", ru="Настройки")
    environment: Environment | None = field("What it ran on and with.", ru="Среда")
    data: DataUsed | None = field("Which data it ran on.", ru="Данные")
    summary_of_samples: Summary | None = field("What follows from the samples.", ru="Итоги", label="Summary")
    accuracy: Accuracy | None = field("What the trained network can do.", ru="Точность модели")
    memory: Memory | None = field("How much memory it took.", ru="Память")
    energy: Energy | None = field("Energy it took.", ru="Энергия")
    samples: list[Sample] = field("All timed samples.", ru="Замеры", default=list)
    epochs: list[Epoch] = field("All passes over the training set.", ru="Эпохи", default=list)
    digest: Sha256 | None = field("SHA-256 of all other values: it shows an edit, and proves no honesty.", ru="Контрольная сумма")
