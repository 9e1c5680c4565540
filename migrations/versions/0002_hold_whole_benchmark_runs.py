"""hold whole benchmark runs

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The columns stand in the order of the kind, so the table is made anew; a migrated file holds no rows yet.
    with op.batch_alter_table('measurements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_measurements_device_id'))
    op.drop_table('measurements')
    op.create_table('measurements',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_ru', sa.Text(), nullable=True),
    sa.Column('summary', sa.Text(), nullable=True),
    sa.Column('format', sa.Text(), nullable=True),
    sa.Column('date', sa.Text(), nullable=False),
    sa.Column('date_from', sa.Text(), nullable=True),
    sa.Column('date_to', sa.Text(), nullable=True),
    sa.Column('workload', sa.Text(), nullable=False),
    sa.Column('track', sa.Text(), nullable=False),
    sa.Column('device_id', sa.Text(), nullable=True),
    sa.Column('device_name', sa.Text(), nullable=True),
    sa.Column('device_type', sa.Text(), nullable=True),
    sa.Column('precision', sa.Text(), nullable=True),
    sa.Column('median_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('gflops', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('gb_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('is_noisy', sa.Integer(), nullable=True),
    sa.Column('is_complete', sa.Integer(), nullable=True),
    sa.Column('is_rankable', sa.Integer(), nullable=True),
    sa.Column('flags', sa.Text(), nullable=True),
    sa.Column('settings_threads', sa.Integer(), nullable=True),
    sa.Column('settings_epochs', sa.Integer(), nullable=True),
    sa.Column('settings_batch_size', sa.Integer(), nullable=True),
    sa.Column('settings_learning_rate', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('settings_optimizer', sa.Text(), nullable=True),
    sa.Column('settings_memory_format', sa.Text(), nullable=True),
    sa.Column('settings_compilation', sa.Text(), nullable=True),
    sa.Column('settings_images_as', sa.Text(), nullable=True),
    sa.Column('settings_size', sa.Integer(), nullable=True),
    sa.Column('settings_size_bytes', sa.Integer(), nullable=True),
    sa.Column('settings_shape', sa.Text(), nullable=True),
    sa.Column('settings_direction', sa.Text(), nullable=True),
    sa.Column('settings_is_quick', sa.Integer(), nullable=True),
    sa.Column('environment_cpu', sa.Text(), nullable=True),
    sa.Column('environment_cores', sa.Integer(), nullable=True),
    sa.Column('environment_usable_cores', sa.Integer(), nullable=True),
    sa.Column('environment_core_quota', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_instructions', sa.Text(), nullable=True),
    sa.Column('environment_cache_bytes', sa.Integer(), nullable=True),
    sa.Column('environment_memory_gib', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_system', sa.Text(), nullable=True),
    sa.Column('environment_kernel', sa.Text(), nullable=True),
    sa.Column('environment_virtualisation', sa.Text(), nullable=True),
    sa.Column('environment_python', sa.Text(), nullable=True),
    sa.Column('environment_torch', sa.Text(), nullable=True),
    sa.Column('environment_torch_commit', sa.Text(), nullable=True),
    sa.Column('environment_torch_build', sa.Text(), nullable=True),
    sa.Column('environment_blas', sa.Text(), nullable=True),
    sa.Column('environment_allocator', sa.Text(), nullable=True),
    sa.Column('environment_compile_cache', sa.Text(), nullable=True),
    sa.Column('environment_is_deterministic', sa.Integer(), nullable=True),
    sa.Column('environment_is_tf32', sa.Integer(), nullable=True),
    sa.Column('environment_gpu', sa.Text(), nullable=True),
    sa.Column('environment_gpu_memory_gib', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_driver', sa.Text(), nullable=True),
    sa.Column('environment_cuda', sa.Text(), nullable=True),
    sa.Column('environment_cudnn', sa.Text(), nullable=True),
    sa.Column('environment_power_limit_w', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_has_ecc', sa.Integer(), nullable=True),
    sa.Column('environment_clock_before_mhz', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_clock_after_mhz', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_temperature_before_c', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_temperature_after_c', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_throttled_by', sa.Text(), nullable=True),
    sa.Column('environment_load_before', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_load_after', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('environment_benchmark', sa.Text(), nullable=True),
    sa.Column('environment_commit', sa.Text(), nullable=True),
    sa.Column('environment_is_dirty', sa.Integer(), nullable=True),
    sa.Column('data_name', sa.Text(), nullable=True),
    sa.Column('data_mean', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('data_deviation', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('summary_of_samples_samples', sa.Integer(), nullable=True),
    sa.Column('summary_of_samples_clean', sa.Integer(), nullable=True),
    sa.Column('summary_of_samples_iqr_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('summary_of_samples_minimum_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('summary_of_samples_maximum_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('summary_of_samples_flop', sa.Integer(), nullable=True),
    sa.Column('summary_of_samples_moved_bytes', sa.Integer(), nullable=True),
    sa.Column('summary_of_samples_run_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('accuracy_parameters', sa.Integer(), nullable=True),
    sa.Column('accuracy_error_pct', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('accuracy_target_error_pct', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('accuracy_reached', sa.Integer(), nullable=True),
    sa.Column('accuracy_time_to_accuracy_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('accuracy_reason', sa.Text(), nullable=True),
    sa.Column('memory_peak_mib', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('memory_gpu_peak_mib', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('memory_estimated_mib', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('energy_joules', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('energy_seconds', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('energy_repeats', sa.Integer(), nullable=True),
    sa.Column('energy_reason', sa.Text(), nullable=True),
    sa.Column('digest', sa.Text(), nullable=True),
    sa.CheckConstraint("data_name IN ('mnist', 'synthetic')", name=op.f('ck_measurements_data_name')),
    sa.CheckConstraint("device_type IN ('cpu', 'cuda', 'mps', 'xpu')", name=op.f('ck_measurements_device_type')),
    sa.CheckConstraint("format IN ('1')", name=op.f('ck_measurements_format')),
    sa.CheckConstraint("settings_direction IN ('forward', 'forward-backward')", name=op.f('ck_measurements_settings_direction')),
    sa.CheckConstraint("track IN ('plain', 'tuned', 'open')", name=op.f('ck_measurements_track')),
    sa.CheckConstraint("workload IN ('mnist-ref', 'gemm', 'copy', 'conv2d', 'attention')", name=op.f('ck_measurements_workload')),
    sa.CheckConstraint('environment_has_ecc IN (0, 1)', name=op.f('ck_measurements_environment_has_ecc')),
    sa.CheckConstraint('environment_is_deterministic IN (0, 1)', name=op.f('ck_measurements_environment_is_deterministic')),
    sa.CheckConstraint('environment_is_dirty IN (0, 1)', name=op.f('ck_measurements_environment_is_dirty')),
    sa.CheckConstraint('environment_is_tf32 IN (0, 1)', name=op.f('ck_measurements_environment_is_tf32')),
    sa.CheckConstraint('is_complete IN (0, 1)', name=op.f('ck_measurements_is_complete')),
    sa.CheckConstraint('is_noisy IN (0, 1)', name=op.f('ck_measurements_is_noisy')),
    sa.CheckConstraint('is_rankable IN (0, 1)', name=op.f('ck_measurements_is_rankable')),
    sa.CheckConstraint('settings_is_quick IN (0, 1)', name=op.f('ck_measurements_settings_is_quick')),
    sa.ForeignKeyConstraint(['device_id'], ['hardware.id'], name=op.f('fk_measurements_device_id')),
    sa.ForeignKeyConstraint(['ref'], ['records.ref'], name=op.f('fk_measurements_ref')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measurements')),
    sa.UniqueConstraint('ref', name=op.f('uq_measurements_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('measurements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_measurements_device_id'), ['device_id'], unique=False)

    op.create_table('measurement_data_checksums',
    sa.Column('measurement_id', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['measurement_id'], ['measurements.id'], name=op.f('fk_measurement_data_checksums_measurement_id')),
    sa.PrimaryKeyConstraint('measurement_id', 'key', name=op.f('pk_measurement_data_checksums')),
    sqlite_strict=True
    )
    op.create_table('measurement_environment_variables',
    sa.Column('measurement_id', sa.Text(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['measurement_id'], ['measurements.id'], name=op.f('fk_measurement_environment_variables_measurement_id')),
    sa.PrimaryKeyConstraint('measurement_id', 'key', name=op.f('pk_measurement_environment_variables')),
    sqlite_strict=True
    )
    op.create_table('measurement_epochs',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('measurement_id', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('epoch', sa.Integer(), nullable=False),
    sa.Column('seconds', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('loss', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('error_pct', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('faults', sa.Integer(), nullable=True),
    sa.Column('system_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['measurement_id'], ['measurements.id'], name=op.f('fk_measurement_epochs_measurement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measurement_epochs')),
    sa.UniqueConstraint('measurement_id', 'position', name=op.f('uq_measurement_epochs_measurement_id_position')),
    sqlite_strict=True
    )
    with op.batch_alter_table('measurement_epochs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_measurement_epochs_measurement_id'), ['measurement_id'], unique=False)

    op.create_table('measurement_samples',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('measurement_id', sa.Text(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=True),
    sa.Column('size', sa.Integer(), nullable=True),
    sa.Column('phase', sa.Text(), nullable=True),
    sa.Column('repeats', sa.Integer(), nullable=True),
    sa.Column('seconds', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('cpu_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('waited_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('others_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('stolen_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('system_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('faults', sa.Integer(), nullable=True),
    sa.Column('is_clean', sa.Integer(), nullable=True),
    sa.Column('build_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('evaluation_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('first_loss', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('error_pct', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('weights_sha256', sa.Text(), nullable=True),
    sa.CheckConstraint("phase IN ('search', 'measure')", name=op.f('ck_measurement_samples_phase')),
    sa.CheckConstraint('is_clean IN (0, 1)', name=op.f('ck_measurement_samples_is_clean')),
    sa.ForeignKeyConstraint(['measurement_id'], ['measurements.id'], name=op.f('fk_measurement_samples_measurement_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measurement_samples')),
    sa.UniqueConstraint('measurement_id', 'position', name=op.f('uq_measurement_samples_measurement_id_position')),
    sqlite_strict=True
    )
    with op.batch_alter_table('measurement_samples', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_measurement_samples_measurement_id'), ['measurement_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('measurement_samples', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_measurement_samples_measurement_id'))

    op.drop_table('measurement_samples')
    with op.batch_alter_table('measurement_epochs', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_measurement_epochs_measurement_id'))

    op.drop_table('measurement_epochs')
    op.drop_table('measurement_environment_variables')
    op.drop_table('measurement_data_checksums')
    with op.batch_alter_table('measurements', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_measurements_device_id'))

    op.drop_table('measurements')
    op.create_table('measurements',
    sa.Column('id', sa.Text(), nullable=False),
    sa.Column('ref', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('name_ru', sa.Text(), nullable=True),
    sa.Column('summary', sa.Text(), nullable=True),
    sa.Column('date', sa.Text(), nullable=False),
    sa.Column('date_from', sa.Text(), nullable=True),
    sa.Column('date_to', sa.Text(), nullable=True),
    sa.Column('workload', sa.Text(), nullable=False),
    sa.Column('track', sa.Text(), nullable=False),
    sa.Column('device_id', sa.Text(), nullable=True),
    sa.Column('precision', sa.Text(), nullable=True),
    sa.Column('median_s', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('gflops', sa.Double().with_variant(sa.REAL(), 'sqlite'), nullable=True),
    sa.Column('is_noisy', sa.Integer(), nullable=True),
    sa.CheckConstraint("track IN ('plain', 'tuned', 'open')", name=op.f('ck_measurements_track')),
    sa.CheckConstraint("workload IN ('mnist-ref', 'gemm', 'copy', 'conv2d', 'attention')", name=op.f('ck_measurements_workload')),
    sa.CheckConstraint('is_noisy IN (0, 1)', name=op.f('ck_measurements_is_noisy')),
    sa.ForeignKeyConstraint(['device_id'], ['hardware.id'], name=op.f('fk_measurements_device_id')),
    sa.ForeignKeyConstraint(['ref'], ['records.ref'], name=op.f('fk_measurements_ref')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_measurements')),
    sa.UniqueConstraint('ref', name=op.f('uq_measurements_ref')),
    sqlite_strict=True
    )
    with op.batch_alter_table('measurements', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_measurements_device_id'), ['device_id'], unique=False)
